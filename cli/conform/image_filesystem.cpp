#include "cli/conform/image_filesystem.hpp"

#include <fcntl.h>
#include <linux/loop.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "cli/conform/system_file.hpp"

extern char** environ;

namespace conform {
namespace {

namespace fs = std::filesystem;

constexpr off_t kImageBytes = off_t{512} << 20;
constexpr const char* kLoopControl = "/dev/loop-control";
constexpr int kLoopAttempts = 16;

/// mkfs lives in sbin, which is not on everybody's PATH.
std::string find_mkfs(const char* name, const char* package) {
  for (const char* const directory :
       {"/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"}) {
    const auto path = fs::path(directory) / name;
    if (::access(path.c_str(), X_OK) == 0) return path.string();
  }
  throw Unavailable(fmt::format("{} is not installed (Debian package {})", name, package));
}

int run_silently(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int fd : {0, 1, 2})
    posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  pid_t child = 0;
  const int error = posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return -1;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Attaches `image` to a free loop device. The device stays attached while the returned descriptor
/// is open or something is mounted from it. Another process may take the free device first: try
/// again.
FileDescriptor attach_loop(int image, std::string& loop_device) {
  const FileDescriptor control(kLoopControl, O_RDWR);
  if (!control.valid()) throw Unavailable(with_errno("no loop device"));
  for (int attempt = 0; attempt < kLoopAttempts; ++attempt) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) break;
    loop_device = fmt::format("/dev/loop{}", number);
    FileDescriptor device(loop_device, O_RDWR);
    if (!device.valid()) break;
    loop_config config{};
    config.fd = static_cast<__u32>(image);
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (::ioctl(device.get(), LOOP_CONFIGURE, &config) == 0) return device;
    if (errno != EBUSY) break;
  }
  throw Unavailable(with_errno("no loop device"));
}

}  // namespace

std::int64_t read_counter(const fs::path& path) {
  auto text = read_file(path).value_or("");
  while (text.ends_with('\n')) text.pop_back();
  const auto value = parse_number(text);
  if (!value) throw Unavailable(fmt::format("sysfs has no counter {}", path.filename().string()));
  return *value;
}

std::string filter_lines(const std::string& trace, const std::function<bool(std::string&)>& ours) {
  std::string kept;
  for (std::size_t begin = 0; begin < trace.size();) {
    const auto end = std::min(trace.find('\n', begin), trace.size());
    auto line = trace.substr(begin, end - begin);
    begin = end + 1;
    const bool marker = line.find(": tracing_mark_write: ") != std::string::npos;
    if (!line.starts_with('#') && (ours(line) || marker)) kept += line + '\n';
  }
  return kept;
}

ImageFilesystem::ImageFilesystem(const fs::path& directory, const Kind& kind)
    : mount_point_(directory / "mnt") {
  const auto image = directory / "image";
  if (::mkdir(mount_point_.c_str(), 0700) != 0)
    throw SystemFailure(with_errno("the mount point cannot be made"));
  make_image(image, kind);
  mount_image(image, kind.type);
}

ImageFilesystem::~ImageFilesystem() { ImageFilesystem::unmount(); }

void ImageFilesystem::make_image(const fs::path& image, const Kind& kind) const {
  std::vector<std::string> command = {find_mkfs(kind.mkfs, kind.package)};
  if (::access(kLoopControl, R_OK | W_OK) != 0) throw Unavailable(with_errno("no loop device"));
  const FileDescriptor file(image, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (!file.valid() || ::ftruncate(file.get(), kImageBytes) != 0)
    throw SystemFailure(with_errno("the image file cannot be made"));
  command.insert(command.end(), kind.options.begin(), kind.options.end());
  command.push_back(image.string());
  const int status = run_silently(std::move(command));
  if (status != 0) throw SystemFailure(fmt::format("{} failed with status {}", kind.mkfs, status));
}

void ImageFilesystem::mount_image(const fs::path& image, const char* type) {
  const FileDescriptor file(image, O_RDWR);
  if (!file.valid()) throw SystemFailure(with_errno("the image file cannot be opened"));
  const auto device = attach_loop(file.get(), loop_device_);
  ::unlink(image.c_str());
  if (::mount(loop_device_.c_str(), mount_point_.c_str(), type, 0, nullptr) != 0) {
    const bool unknown = errno == ENODEV;
    const auto reason = with_errno(fmt::format("{} cannot be mounted", type));
    if (unknown) throw Unavailable(fmt::format("this kernel has no {}", type));
    throw SystemFailure(reason);
  }
  mounted_ = true;
}

std::string ImageFilesystem::super_block_device() const {
  // stat() may name a subvolume's device number; the super block's own stands in mountinfo only.
  std::istringstream mounts(read_file("/proc/self/mountinfo").value_or(""));
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string id, parent, device, root, where;
    words >> id >> parent >> device >> root >> where;
    if (where == mount_point_.string()) return device;
  }
  throw SystemFailure("the mount is not in /proc/self/mountinfo");
}

void ImageFilesystem::sync() const {
  const FileDescriptor top(mount_point_, O_RDONLY | O_DIRECTORY);
  if (::syncfs(top.get()) != 0) throw SystemFailure(with_errno("syncfs"));
}

void ImageFilesystem::unmount() {
  if (!mounted_) return;
  mounted_ = false;
  if (::umount2(mount_point_.c_str(), 0) != 0) ::umount2(mount_point_.c_str(), MNT_DETACH);
}

}  // namespace conform

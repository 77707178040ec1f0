#include "cli/conform/image_filesystem.hpp"

#include <fcntl.h>
#include <linux/btrfs.h>
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

/// mkfs.btrfs lives in sbin, which is not on everybody's PATH.
std::string find_mkfs() {
  for (const char* const directory :
       {"/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"}) {
    const auto path = fs::path(directory) / "mkfs.btrfs";
    if (::access(path.c_str(), X_OK) == 0) return path.string();
  }
  throw Unavailable("mkfs.btrfs is not installed (Debian package btrfs-progs)");
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

std::int64_t read_counter(const fs::path& path) {
  auto text = read_file(path).value_or("");
  while (text.ends_with('\n')) text.pop_back();
  const auto value = parse_number(text);
  if (!value)
    throw Unavailable(fmt::format("sysfs has no btrfs counter {}", path.filename().string()));
  return *value;
}

}  // namespace

ImageFilesystem::ImageFilesystem(const fs::path& directory) : mount_point_(directory / "mnt") {
  const auto image = directory / "image";
  if (::mkdir(mount_point_.c_str(), 0700) != 0)
    throw SystemFailure(with_errno("the mount point cannot be made"));
  make_image(image);
  mount_image(image);
  try {
    read_identity();
    enable_quotas();
    sync();
  } catch (...) {
    unmount();
    throw;
  }
}

ImageFilesystem::~ImageFilesystem() { unmount(); }

/// The layout is spelled out, so that other defaults of another mkfs.btrfs change nothing.
void ImageFilesystem::make_image(const fs::path& image) const {
  const auto mkfs = find_mkfs();
  if (::access(kLoopControl, R_OK | W_OK) != 0) throw Unavailable(with_errno("no loop device"));
  const FileDescriptor file(image, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (!file.valid() || ::ftruncate(file.get(), kImageBytes) != 0)
    throw SystemFailure(with_errno("the image file cannot be made"));
  const int status = run_silently({mkfs, "-q", "--nodesize", "16384", "--sectorsize", "4096",
                                   "--data", "single", "--metadata", "dup", image.string()});
  if (status != 0) throw SystemFailure(fmt::format("mkfs.btrfs failed with status {}", status));
}

void ImageFilesystem::mount_image(const fs::path& image) {
  const FileDescriptor file(image, O_RDWR);
  if (!file.valid()) throw SystemFailure(with_errno("the image file cannot be opened"));
  const auto device = attach_loop(file.get(), loop_device_);
  ::unlink(image.c_str());
  if (::mount(loop_device_.c_str(), mount_point_.c_str(), "btrfs", 0, nullptr) != 0) {
    const bool no_btrfs = errno == ENODEV;
    const auto reason = with_errno("btrfs cannot be mounted");
    if (no_btrfs) throw Unavailable("this kernel has no btrfs");
    throw SystemFailure(reason);
  }
  mounted_ = true;
}

void ImageFilesystem::read_identity() {
  const FileDescriptor top(mount_point_, O_RDONLY | O_DIRECTORY);
  btrfs_ioctl_fs_info_args info{};
  if (::ioctl(top.get(), BTRFS_IOC_FS_INFO, &info) != 0)
    throw SystemFailure(with_errno("the id of the file system cannot be read"));
  for (std::size_t i = 0; i < BTRFS_FSID_SIZE; ++i) {
    const bool dash = i == 4 || i == 6 || i == 8 || i == 10;
    fsid_ += fmt::format("{}{:02x}", dash ? "-" : "", info.fsid[i]);
  }
  // stat() names the subvolume's device number; the super block's own stands in mountinfo only.
  std::istringstream mounts(read_file("/proc/self/mountinfo").value_or(""));
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string id, parent, device, root, where;
    words >> id >> parent >> device >> root >> where;
    if (where == mount_point_.string()) device_ = device;
  }
  if (device_.empty()) throw SystemFailure("the mount is not in /proc/self/mountinfo");
}

void ImageFilesystem::enable_quotas() const {
  const FileDescriptor top(mount_point_, O_RDONLY | O_DIRECTORY);
  btrfs_ioctl_quota_ctl_args quota{};
  quota.cmd = BTRFS_QUOTA_CTL_ENABLE;
  if (::ioctl(top.get(), BTRFS_IOC_QUOTA_CTL, &quota) != 0)
    throw SystemFailure(with_errno("quotas cannot be enabled"));
  if (::ioctl(top.get(), BTRFS_IOC_QUOTA_RESCAN_WAIT) != 0)
    throw SystemFailure(with_errno("the quota rescan did not end"));
}

Counters ImageFilesystem::counters() const {
  const auto sysfs = fs::path("/sys/fs/btrfs") / fsid_;
  const auto qgroup = sysfs / "qgroups/0_5";
  const auto data = sysfs / "allocation/data";
  Counters counters;
  counters.rsv_data = read_counter(qgroup / "rsv_data");
  counters.referenced = read_counter(qgroup / "referenced");
  counters.may_use = read_counter(data / "bytes_may_use");
  counters.reserved = read_counter(data / "bytes_reserved");
  counters.used = read_counter(data / "bytes_used");
  return counters;
}

void ImageFilesystem::limit_referenced(std::uint64_t bytes) const {
  const FileDescriptor top(mount_point_, O_RDONLY | O_DIRECTORY);
  btrfs_ioctl_qgroup_limit_args limit{};
  limit.qgroupid = 5;
  limit.lim.flags = BTRFS_QGROUP_LIMIT_MAX_RFER;
  limit.lim.max_rfer = bytes;
  if (::ioctl(top.get(), BTRFS_IOC_QGROUP_LIMIT, &limit) != 0)
    throw SystemFailure(with_errno("the qgroup limit cannot be set"));
}

void ImageFilesystem::sync() const {
  const FileDescriptor top(mount_point_, O_RDONLY | O_DIRECTORY);
  if (::syncfs(top.get()) != 0) throw SystemFailure(with_errno("syncfs"));
}

void ImageFilesystem::unmount() {
  if (!mounted_) return;
  mounted_ = false;
  if (::umount2(mount_point_.c_str(), 0) != 0) ::umount2(mount_point_.c_str(), MNT_DETACH);
  // btrfs remembers devices by path; a later file system on this loop device should not meet ours.
  const FileDescriptor control("/dev/btrfs-control", O_RDWR);
  btrfs_ioctl_vol_args forget{};
  loop_device_.copy(forget.name, sizeof forget.name - 1);
  if (control.valid()) ::ioctl(control.get(), BTRFS_IOC_FORGET_DEV, &forget);
}

}  // namespace conform

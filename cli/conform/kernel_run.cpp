#include "cli/conform/kernel_run.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "cli/conform/image_filesystem.hpp"
#include "cli/conform/system_file.hpp"
#include "cli/conform/trace_instance.hpp"

namespace conform {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDirectAlignment = 4096;
constexpr std::string_view kFileName = "f0";

/// First byte of what the child sends; the text follows.
constexpr char kRecorded = 'R';
constexpr char kSkipped = 'S';
constexpr char kFailed = 'F';

std::string_view name_of(OperationKind kind) {
  constexpr std::array<std::string_view, 6> names = {"creat", "write", "dwrite",
                                                     "fsync", "sync",  "umount"};
  return names.at(static_cast<std::size_t>(kind));
}

/// A directory for one run. Both processes remove it, since either of them may be killed; whoever
/// comes second finds nothing left.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    auto pattern = (fs::temp_directory_path() / "fsweave-conform-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw SystemFailure(with_errno("no temporary directory"));
    path_ = pattern;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { remove(); }

  /// By name and never recursively: what might still be mounted below must not be walked into.
  void remove() const {
    ::unlink((path_ / "image").c_str());
    ::rmdir((path_ / "mnt").c_str());
    ::rmdir((path_ / "tracing").c_str());
    ::rmdir(path_.c_str());
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// What an operation came to: its result, or -errno.
using Result = std::int64_t;

Result result_of(std::int64_t returned) { return returned < 0 ? -errno : returned; }

Result create_file(const fs::path& path, FileVariant variant) {
  const FileDescriptor file(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (!file.valid()) return -errno;
  if (variant == FileVariant::datasum) return 0;
  int flags = 0;
  if (::ioctl(file.get(), FS_IOC_GETFLAGS, &flags) != 0) return -errno;
  flags |= FS_NOCOW_FL;  // only takes on an empty file
  return result_of(::ioctl(file.get(), FS_IOC_SETFLAGS, &flags));
}

Result write_range(const fs::path& path, const KernelOperation& operation) {
  const bool direct = operation.kind == OperationKind::dwrite;
  const FileDescriptor file(path, O_WRONLY | (direct ? O_DIRECT : 0));
  if (!file.valid()) return -errno;
  const std::unique_ptr<void, decltype(&std::free)> buffer(
      std::aligned_alloc(kDirectAlignment, (operation.length + kDirectAlignment - 1) /
                                               kDirectAlignment * kDirectAlignment),
      &std::free);
  if (!buffer) return -ENOMEM;
  std::memset(buffer.get(), direct ? 'd' : 'w', operation.length);
  return result_of(
      ::pwrite(file.get(), buffer.get(), operation.length, static_cast<off_t>(operation.offset)));
}

Result sync_file(const fs::path& path) {
  const FileDescriptor file(path, O_RDONLY);
  return result_of(file.valid() ? ::fsync(file.get()) : -1);
}

Result perform(const KernelOperation& operation, FileVariant variant, ImageFilesystem& filesystem) {
  const auto path = filesystem.root() / kFileName;
  switch (operation.kind) {
    case OperationKind::creat: return create_file(path, variant);
    case OperationKind::write:
    case OperationKind::dwrite: return write_range(path, operation);
    case OperationKind::fsync: return sync_file(path);
    case OperationKind::sync: filesystem.sync(); return 0;
    case OperationKind::umount: filesystem.unmount(); return 0;
  }
  return -EINVAL;
}

std::string describe(Result result, const KernelOperation& operation) {
  if (result < 0) {
    const char* const name = ::strerrorname_np(static_cast<int>(-result));
    return fmt::format(" = {}", name != nullptr ? name : "error");
  }
  return static_cast<std::uint64_t>(result) == operation.length ? "" : fmt::format(" = {}", result);
}

std::string record_workload(const KernelWorkload& workload, const fs::path& directory) {
  const auto tracing = directory / "tracing";
  if (::mkdir(tracing.c_str(), 0700) != 0)
    throw SystemFailure(with_errno("no directory for tracefs"));
  ImageFilesystem filesystem(directory);
  if (workload.qgroup_limit) filesystem.limit_referenced(*workload.qgroup_limit);
  filesystem.sync();
  TraceInstance trace(tracing);
  trace.mark("start: " + format_counters(filesystem.counters()));
  for (const auto& operation : workload.operations) {
    const auto result = perform(operation, workload.variant, filesystem);
    auto marker = operation.marker() + describe(result, operation);
    if (filesystem.mounted()) marker += ": " + format_counters(filesystem.counters());
    trace.mark(marker);
  }
  return filter_trace(trace.stop(), filesystem.fsid(), filesystem.device());
}

void enter_own_mount_namespace() {
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    throw Unavailable(with_errno("no mount namespace of our own"));
}

std::string run_in_child(const KernelWorkload& workload, const fs::path& directory) {
  try {
    enter_own_mount_namespace();
    return kRecorded + record_workload(workload, directory);
  } catch (const Unavailable& reason) {
    return kSkipped + std::string(reason.what());
  } catch (const std::exception& reason) {
    return kFailed + std::string(reason.what());
  }
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(fd, text.data(), text.size());
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// The interrupts that end a command line tool. They reach the child too (one process group), and
/// must not stop it between a mount and its unmount.
sigset_t interrupts() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE})
    sigaddset(&set, signal);
  return set;
}

/// Forks, runs and returns everything that the child sent; empty where it died before.
std::string run_forked(const KernelWorkload& workload, const TemporaryDirectory& directory) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return kFailed + with_errno("no pipe");
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  const auto blocked = interrupts();
  sigset_t before;
  ::sigprocmask(SIG_BLOCK, &blocked, &before);  // before the fork: the child is never without
  const pid_t child = ::fork();
  if (child == 0) {
    const auto answer = run_in_child(workload, directory.path());
    directory.remove();
    write_all(writing.get(), answer);
    ::_exit(0);
  }
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) return kFailed + with_errno("no child process");
  writing.reset();
  auto answer = read_all(reading.get());
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return answer;
}

}  // namespace

std::string KernelOperation::marker() const {
  const bool ranged = kind == OperationKind::write || kind == OperationKind::dwrite;
  return ranged ? fmt::format("{} {} [{},{}]", name_of(kind), kFileName, offset, length)
                : std::string(name_of(kind));
}

KernelWorkload seed_000_workload(FileVariant variant) {
  KernelWorkload workload;
  workload.variant = variant;
  workload.operations = {{OperationKind::creat},
                         {OperationKind::write, 600030, 27288},
                         {OperationKind::dwrite, 610304, 106496},
                         {OperationKind::fsync},
                         {OperationKind::sync}};
  return workload;
}

std::string filter_trace(const std::string& trace, const std::string& fsid,
                         const std::string& device) {
  std::string kept;
  const auto of_device = fmt::format("dev {} ", device);
  for (std::size_t begin = 0; begin < trace.size();) {
    const auto end = std::min(trace.find('\n', begin), trace.size());
    auto line = trace.substr(begin, end - begin);
    begin = end + 1;
    const auto id = line.find(fsid);
    if (id != std::string::npos) line.replace(id, fsid.size(), "FSID");
    const bool ours = id != std::string::npos || line.find(of_device) != std::string::npos ||
                      line.find(": tracing_mark_write: ") != std::string::npos;
    if (ours && !line.starts_with('#')) kept += line + '\n';
  }
  return kept;
}

KernelRun run_on_kernel(const KernelWorkload& workload) {
  if (::geteuid() != 0)
    return {KernelRun::Outcome::skipped, "only root can mount a file system", {}, {}};
  std::string answer;
  try {
    const TemporaryDirectory directory;
    answer = run_forked(workload, directory);
  } catch (const SystemFailure& reason) {
    return {KernelRun::Outcome::failed, reason.what(), {}, {}};
  }
  if (answer.empty())
    return {KernelRun::Outcome::failed, "the recording process was killed", {}, {}};
  const char outcome = answer.front();
  answer.erase(0, 1);
  if (outcome == kRecorded) {
    auto recording = parse_recording(answer);
    return {KernelRun::Outcome::recorded, {}, std::move(answer), std::move(recording)};
  }
  const bool skipped = outcome == kSkipped;
  return {skipped ? KernelRun::Outcome::skipped : KernelRun::Outcome::failed, answer, {}, {}};
}

}  // namespace conform

#include "cli/conform/kernel_run.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "cli/conform/btrfs_image.hpp"
#include "cli/conform/ext4_image.hpp"
#include "cli/conform/kernel_operation.hpp"
#include "cli/conform/system_file.hpp"
#include "cli/conform/trace_instance.hpp"

namespace conform {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFileName = "f0";
constexpr std::string_view kOtherName = "f1";

/// First byte of what the child sends; the text follows.
constexpr char kRecorded = 'R';
constexpr char kSkipped = 'S';
constexpr char kFailed = 'F';

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

std::unique_ptr<ImageFilesystem> make_filesystem(const KernelWorkload& workload,
                                                 const fs::path& directory) {
  if (is_ext4(workload.target))
    return std::make_unique<Ext4Image>(
        directory, workload.target == Target::ext4_bigalloc ? kBigallocBlocks : 1);
  auto btrfs = std::make_unique<BtrfsImage>(directory);
  if (workload.qgroup_limit) btrfs->limit_referenced(*workload.qgroup_limit);
  return btrfs;
}

/// The extents after each operation that a file is left by, on a file of its own: looking at them
/// changes what is cached of them.
std::vector<std::string> extents_by_operation(const KernelWorkload& workload,
                                              ImageFilesystem& filesystem) {
  const auto path = filesystem.root() / kOtherName;
  std::vector<std::string> extents;
  for (const auto& operation : workload.operations) {
    if (operation.kind == OperationKind::umount) break;
    perform(operation, workload.target, path, filesystem);
    extents.push_back(format_extents(extents_of(path)));
  }
  ::unlink(path.c_str());
  return extents;
}

std::string record_workload(const KernelWorkload& workload, const fs::path& directory) {
  const auto tracing = directory / "tracing";
  if (::mkdir(tracing.c_str(), 0700) != 0)
    throw SystemFailure(with_errno("no directory for tracefs"));
  const auto filesystem = make_filesystem(workload, directory);
  std::vector<std::string> extents;
  if (is_ext4(workload.target)) extents = extents_by_operation(workload, *filesystem);
  filesystem->sync();
  const auto path = filesystem->root() / kFileName;
  TraceInstance trace(tracing, filesystem->events());
  const auto mark = [&](const std::string& marker, const std::string& where) {
    if (!filesystem->mounted()) return trace.mark(marker);
    Counters counters = filesystem->counters();
    if (is_ext4(workload.target)) counters.emplace_back("extents", where);
    trace.mark(marker + ": " + format_counters(counters));
  };
  mark("start", format_extents({}));
  struct stat file {};
  for (std::size_t i = 0; i < workload.operations.size(); ++i) {
    const auto& operation = workload.operations[i];
    const auto result = perform(operation, workload.target, path, *filesystem);
    if (operation.kind == OperationKind::creat && ::stat(path.c_str(), &file) != 0)
      throw SystemFailure(with_errno("the file cannot be looked at"));
    mark(operation.marker() + result, i < extents.size() ? extents[i] : "");
  }
  return filesystem->only_ours(trace.stop(), file.st_ino);
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

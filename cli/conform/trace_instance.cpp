#include "cli/conform/trace_instance.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

namespace conform {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInstancePrefix = "fsweave-";
constexpr std::string_view kBufferKilobytesPerCpu = "4096";

}  // namespace

TraceInstance::TraceInstance(const fs::path& mount_point, std::span<const std::string_view> events)
    : mount_point_(mount_point) {
  if (::mount("tracefs", mount_point_.c_str(), "tracefs", 0, nullptr) != 0)
    throw Unavailable(with_errno("tracefs cannot be mounted"));
  instance_ = mount_point_ / "instances" / fmt::format("{}{}", kInstancePrefix, ::getpid());
  try {
    remove_left_overs();
    if (::mkdir(instance_.c_str(), 0700) != 0)
      throw Unavailable(with_errno("no tracefs instance can be made"));
    if (!write_file(instance_ / "buffer_size_kb", kBufferKilobytesPerCpu))
      throw SystemFailure(with_errno("the trace buffer cannot be enlarged"));
    // The default clock is per CPU: it may show a kworker's event before the one that caused it.
    write_file(instance_ / "trace_clock", "mono");
    enable_events(events);
    marker_ = FileDescriptor(instance_ / "trace_marker", O_WRONLY);
    if (!marker_.valid()) throw Unavailable(with_errno("trace_marker cannot be opened"));
  } catch (...) {
    tear_down();
    throw;
  }
}

TraceInstance::~TraceInstance() { tear_down(); }

void TraceInstance::enable_events(std::span<const std::string_view> events) const {
  std::size_t enabled = 0;
  for (const auto event : events)
    if (write_file(instance_ / "events" / event / "enable", "1")) ++enabled;
  if (enabled == 0) throw Unavailable("this kernel has none of the tracepoints");
}

/// Instances outlive a process that was killed. One whose owner lives keeps its trace_marker open,
/// so that removing it fails even where the owner's PID cannot be seen from here.
void TraceInstance::remove_left_overs() const {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(mount_point_ / "instances", ignored)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(kInstancePrefix)) continue;
    pid_t owner = 0;
    const auto* const end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + kInstancePrefix.size(), end, owner);
    if (parsed.ptr == end && owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH)
      ::rmdir(entry.path().c_str());
  }
}

void TraceInstance::mark(std::string_view text) {
  if (::write(marker_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw SystemFailure(with_errno("a trace marker cannot be written"));
}

std::string TraceInstance::stop() {
  write_file(instance_ / "tracing_on", "0");
  const auto text = read_file(instance_ / "trace");
  if (!text) throw SystemFailure(with_errno("the trace cannot be read"));
  if (text->find("LOST") != std::string::npos) throw SystemFailure("the trace buffer lost events");
  return *text;
}

void TraceInstance::tear_down() {
  marker_.reset();
  write_file(instance_ / "tracing_on", "0");
  write_file(instance_ / "events/enable", "0");
  ::rmdir(instance_.c_str());
  ::umount2(mount_point_.c_str(), MNT_DETACH);
}

}  // namespace conform

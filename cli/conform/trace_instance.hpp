/// A tracefs instance of our own.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "cli/conform/system_file.hpp"

namespace conform {

/// A tracefs instance of our own, with the events that are compared: what others trace is neither
/// seen nor changed. Events are enabled for every task, because set_event_pid cannot name the
/// kworkers that finish the work; the caller keeps the lines of its own file system.
class TraceInstance {
 public:
  /// `mount_point`: an empty directory on which tracefs is mounted until the end. `events`: as
  /// `group/event`; kernels that lack some are recorded without them.
  /// Throws Unavailable where there is no tracefs or none of the events.
  TraceInstance(const std::filesystem::path& mount_point, std::span<const std::string_view> events);
  TraceInstance(const TraceInstance&) = delete;
  TraceInstance& operator=(const TraceInstance&) = delete;
  ~TraceInstance();

  /// Writes one marker into the buffer, in order with the events.
  void mark(std::string_view text);

  /// Stops recording and returns the text of the buffer. Throws SystemFailure where events were
  /// lost.
  std::string stop();

 private:
  void enable_events(std::span<const std::string_view> events) const;
  void remove_left_overs() const;
  void tear_down();

  std::filesystem::path mount_point_;
  std::filesystem::path instance_;
  FileDescriptor marker_;
};

}  // namespace conform

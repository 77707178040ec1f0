/// Always-on assertions: a bug of ours, never a finding and never a user error.
/// A failed assertion prints the condition and the line that replays the execution, then ends the
/// process with exit code 70. It does not unwind: fibers own nothing that would need it.
#pragma once

namespace sim {

/// Prints what failed and how to replay it, then exits with 70.
[[noreturn]] void bug(const char* condition, const char* file, int line, const char* why);

/// The command that replays the execution in progress; printed by `bug`. The text must outlive its
/// use.
void set_replay_line(const char* line);

}  // namespace sim

#define FSW_ASSERT(condition, why) \
  ((condition) ? static_cast<void>(0) : ::sim::bug(#condition, __FILE__, __LINE__, why))

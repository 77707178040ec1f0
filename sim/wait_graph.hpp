/// Blocked is explained: who waits for what, and who has to provide it.
#pragma once

#include <string>

namespace sim {

class Execution;
struct Task;

/// Reports the deadlock that an execution ended in: a lost wake-up for each waiter whose condition
/// already holds, and one deadlock finding that lists every task's wait and the cycle, if there is
/// one.
void explain_deadlock(Execution& execution);

/// "writer waits for lock(foo:folio_lock(149)), which kworker must provide".
std::string describe_wait(const Execution& execution, const Task& task);

/// The same for every unfinished task that cannot go on, by task.
std::string describe_waits(const Execution& execution);

}  // namespace sim

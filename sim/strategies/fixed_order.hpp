/// What happens when nobody says who runs.
#pragma once

#include "sim/execution.hpp"

namespace sim {

/// Goes on with the task that made the latest step if it is among `tasks`, else with the first of
/// them by birth; kNoTask if there is none.
inline TaskId fixed_order(const Execution& execution, TaskMask tasks) {
  const TaskId last = execution.last_task();
  if (last != kNoTask && (tasks & mask_of(last)) != 0) return last;
  for (const Task* task : execution.live_tasks())
    if ((tasks & mask_of(task->id)) != 0) return task->id;
  return kNoTask;
}

inline TaskId fixed_order(const Execution& execution) {
  return fixed_order(execution, execution.enabled());
}

}  // namespace sim

/// What happens when nobody says who runs.
#pragma once

#include "sim/execution.hpp"

namespace sim {

/// Goes on with the task that made the latest step while it can, else with the first by birth;
/// kNoTask if none can.
inline TaskId fixed_order(const Execution& execution) {
  const TaskMask enabled = execution.enabled();
  const TaskId last = execution.last_task();
  if (last != kNoTask && (enabled & mask_of(last)) != 0) return last;
  for (const Task* task : execution.live_tasks())
    if ((enabled & mask_of(task->id)) != 0) return task->id;
  return kNoTask;
}

}  // namespace sim

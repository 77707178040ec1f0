#include "sim/strategies/random_walk.hpp"

#include <bit>

#include "sim/execution.hpp"

namespace sim {

TaskId RandomWalk::next_task(const Execution& execution) {
  const TaskMask enabled = execution.enabled();
  std::uint32_t left = random_.below(static_cast<std::uint32_t>(std::popcount(enabled)));
  for (const Task* task : execution.live_tasks()) {
    if ((enabled & mask_of(task->id)) != 0 && left-- == 0) return task->id;
  }
  return kNoTask;
}

}  // namespace sim

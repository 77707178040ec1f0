#include "sim/strategies/random_walk.hpp"

#include "sim/execution.hpp"

namespace sim {

TaskId RandomWalk::next_task(const Execution& execution) {
  TaskId choices[kMaxTasks];
  std::uint32_t count = 0;
  for (const Task* task : execution.live_tasks())
    if ((execution.enabled() & mask_of(task->id)) != 0) choices[count++] = task->id;
  return choices[random_.below(count)];
}

}  // namespace sim

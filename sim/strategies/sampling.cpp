#include "sim/strategies/sampling.hpp"

namespace sim {

void Sampling::begin(const Execution&) {
  random_ = Random(seed_, number_);
  phase_ = Phase::explored;
  met_ = 0;
}

std::uint32_t Sampling::choose(const Execution&, const char*, std::uint32_t options) {
  return random_.below(options);
}

TaskId Sampling::any_of_some(const Execution& execution, TaskMask tasks) {
  TaskId choices[kMaxTasks];
  std::uint32_t count = 0;
  for (const TaskId task : execution.live())
    if ((tasks & mask_of(task)) != 0) choices[count++] = task;
  return choices[random_.below(count)];
}

}  // namespace sim

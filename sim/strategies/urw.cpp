#include "sim/strategies/urw.hpp"

#include "sim/explore/mutation.hpp"

namespace sim {

TaskId Urw::next_task(const Execution& execution) {
  const TaskId last = execution.last_task();
  if (last != kNoTask && left_[last] > 0) --left_[last];
  meet_new_tasks(execution, [this](const Task& task) {
    left_[task.id] = profile_.steps_of(task.path);
    if (task.creator == kNoTask || planted(Mutation::urw_keeps_children)) return;
    left_[task.creator] -= std::min(left_[task.creator], left_[task.id]);
  });
  return weighted(execution, execution.enabled(),
                  [this](TaskId task) { return std::max(left_[task], 1U); });
}

}  // namespace sim

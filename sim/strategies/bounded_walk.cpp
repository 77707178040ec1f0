#include "sim/strategies/bounded_walk.hpp"

#include <algorithm>

namespace sim {

void BoundedWalk::begin(const Execution& execution) {
  Sampling::begin(execution);
  for (std::uint32_t i = 0; i < bound_; ++i) preempt_at_[i] = 1 + random().below(steps_);
}

TaskId BoundedWalk::next_task(const Execution& execution) {
  const TaskId last = execution.last_task();
  const TaskMask own = last == kNoTask ? 0 : mask_of(last);
  if ((execution.enabled() & own) == 0) return any_of(execution, execution.enabled());
  const TaskMask others = execution.enabled() & ~own;
  const bool preempted = others != 0 && std::find(preempt_at_, preempt_at_ + bound_,
                                                  made(execution)) != preempt_at_ + bound_;
  return preempted ? any_of(execution, others) : last;
}

}  // namespace sim

#include "sim/strategies/pos.hpp"

#include "sim/explore/happens_before.hpp"
#include "sim/explore/mutation.hpp"

namespace sim {

TaskId Pos::next_task(const Execution& execution) {
  redraw(execution);
  meet_new_tasks(execution, [this](const Task& task) { priority_[task.id] = random().next(); });
  TaskId best = kNoTask;
  for (const Task* task : execution.live_tasks()) {
    if ((execution.enabled() & mask_of(task->id)) == 0) continue;
    if (best == kNoTask || priority_[task->id] > priority_[best]) best = task->id;
  }
  return best;
}

/// Who was enabled beside the latest step has announced since then what it announces now.
void Pos::redraw(const Execution& execution) {
  const TaskId last = execution.last_task();
  if (last == kNoTask) return;
  const Record& record = execution.record();
  const std::uint32_t step = execution.step() - 1;
  for (const Task* task : execution.live_tasks()) {
    const bool raced =
        (record.steps[step].enabled & mask_of(task->id)) != 0 &&
        !planted(Mutation::pos_keeps_losers) &&
        (depends_on_step(record, step, task->pending) || planted(Mutation::pos_redraws_all));
    if (task->id == last || raced) priority_[task->id] = random().next();
  }
}

}  // namespace sim

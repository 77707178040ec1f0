#include "sim/strategies/surw.hpp"

#include "sim/explore/mutation.hpp"

namespace sim {

void Surw::begin(const Execution& execution) {
  Sampling::begin(execution);
  intended_ = kNoTask;
  interesting_ = 0;
  const auto classes = static_cast<std::uint32_t>(profile_.classes.size());
  class_ = classes == 0 ? 0 : random().below(classes);
}

void Surw::look_at(const Task& task) {
  interesting_ &= ~mask_of(task.id);
  if (class_ < profile_.classes.size() && task.pending_object != nullptr &&
      profile_.classes[class_] == task.pending_object->class_name())
    interesting_ |= mask_of(task.id);
}

void Surw::note_step(const Execution& execution) {
  const TaskId last = execution.last_task();
  if (last == kNoTask) return;
  if ((interesting_ & mask_of(last)) != 0) {
    if (left_[last] > 0) --left_[last];
    if (last == intended_) intended_ = kNoTask;
  }
  interesting_ &= ~mask_of(last);
  if (execution.task(last).state != TaskState::ended) look_at(execution.task(last));
}

/// What was meant for a task may be meant for its new child.
void Surw::meet(const Task& task) {
  left_[task.id] = class_ < profile_.classes.size() ? profile_.steps_of(task.path, class_) : 0;
  look_at(task);
  if (task.creator == kNoTask) return;
  std::uint32_t& of_creator = left_[task.creator];
  const std::uint32_t before = std::max(of_creator, left_[task.id]);
  of_creator = before - left_[task.id];
  if (task.creator == intended_ && before > 0 && random().below(before) < left_[task.id])
    intended_ = task.id;
}

std::uint32_t Surw::weight(TaskId task) const {
  return std::max(left_[task], (interesting_ & mask_of(task)) != 0 ? 1U : 0U);
}

/// Draws who makes the next interesting step; nobody if none of `tasks` has one left.
void Surw::intend(const Execution& execution, TaskMask tasks) {
  std::uint32_t total = 0;
  for (const Task* task : execution.live_tasks())
    if ((tasks & mask_of(task->id)) != 0) total += weight(task->id);
  intended_ =
      total == 0 ? kNoTask : weighted(execution, tasks, [this](TaskId id) { return weight(id); });
}

TaskId Surw::next_task(const Execution& execution) {
  if (execution.last_task() == kNoTask) {  // a phase begins
    intended_ = kNoTask;
    interesting_ = 0;
  }
  note_step(execution);
  meet_new_tasks(execution, [this](const Task& task) { meet(task); });
  // Only now: what was meant for a task that ended with its last child goes to the child.
  if (intended_ != kNoTask && execution.task(intended_).state == TaskState::ended)
    intended_ = kNoTask;
  if (intended_ == kNoTask) intend(execution, ~TaskMask{0});
  const auto free = [&] {
    const TaskMask held = interesting_ & ~(intended_ == kNoTask ? 0 : mask_of(intended_));
    return planted(Mutation::surw_holds_nobody) ? execution.enabled() : execution.enabled() & ~held;
  };
  // Everybody who could go on is held, since the intended one is blocked: one of them has to.
  if (free() == 0) intend(execution, execution.enabled());
  return any_of(execution, free());
}

}  // namespace sim

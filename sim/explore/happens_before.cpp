#include "sim/explore/happens_before.hpp"

#include <algorithm>

#include "sim/execution.hpp"

namespace sim {
namespace {

bool touches(const Record& record, std::uint32_t step, const Operation& op) {
  for (std::uint32_t i = record.steps[step].footprint_begin; i < record.footprint_end(step); ++i) {
    const Footprint& touched = record.footprint[i];
    if (touched.object == op.object && conflicting(touched.access, op.access)) return true;
  }
  return false;
}

bool takes_lock(const Operation& op) {
  return op.kind == OpKind::lock || op.kind == OpKind::section ||
         (op.kind == OpKind::try_lock && op.access != Access::read);
}

/// What a step, or an operation that was only announced, looks like to the race rules.
struct Later {
  const Operation& op;
  bool was_pending;  ///< its task had announced it before the earlier step
  bool was_enabled;  ///< and could have carried it out
};

/// Could `later` have come first? Only asked of dependent pairs that nothing orders.
bool reversible(const Operation& earlier, const Later& later) {
  if (!traits(later.op.kind).blocks && later.op.kind != OpKind::section) return true;
  if (later.was_pending) return later.was_enabled;
  return takes_lock(later.op) && takes_lock(earlier);
}

}  // namespace

bool dependent_steps(const Record& record, std::uint32_t a, std::uint32_t b) {
  const std::uint32_t first = record.explored_begin + a;
  const std::uint32_t second = record.explored_begin + b;
  const StepRecord& x = record.steps[first];
  const StepRecord& y = record.steps[second];
  if (dependent(x.op, y.op)) return true;
  if (touches(record, first, y.op) || touches(record, second, x.op)) return true;
  for (std::uint32_t i = x.footprint_begin; i < record.footprint_end(first); ++i) {
    Operation touched;
    touched.object = record.footprint[i].object;
    touched.access = record.footprint[i].access;
    if (touches(record, second, touched)) return true;
  }
  return false;
}

void HappensBefore::keep_clocks(std::uint32_t unchanged) {
  clocks_.resize(unchanged);
  task_.resize(unchanged);
  number_.resize(unchanged);
  for (TaskId task = 0; task < kMaxTasks; ++task) {
    task_clock_[task] = VectorClock{};
    task_steps_[task] = 0;
    last_step_[task] = born_[task] = 0;
  }
  for (std::uint32_t i = 0; i < unchanged; ++i) {
    task_clock_[task_[i]] = clocks_[i];
    task_steps_[task_[i]] = number_[i];
    last_step_[task_[i]] = i + 1;
  }
}

void HappensBefore::read(const Execution& execution, std::uint32_t unchanged) {
  const Record& record = execution.record();
  const std::uint32_t size = record.explored_end - record.explored_begin;
  keep_clocks(unchanged);
  races_.clear();
  for (std::uint32_t index = unchanged; index < size; ++index) read_step(execution, index);
  for (const Task* task : execution.live_tasks()) {
    const VectorClock start = task->steps == 0
                                  ? birth_clock(record, execution.actor_of(task->id), task->id)
                                  : task_clock_[task->id];
    VectorClock clock = start;
    find_races(execution, size, task->id, true, start, clock);
    task_clock_[task->id] = clock;
  }
}

/// The clock of the step that spawned a task; also notes since when the task has been there.
VectorClock HappensBefore::birth_clock(const Record& record, ActorId actor, TaskId task) {
  const std::uint32_t born = record.actors[actor].born_step;
  if (born == kBeforeSteps || born < record.explored_begin) return VectorClock{};
  born_[task] = born - record.explored_begin + 1;
  return clocks_[born - record.explored_begin];
}

void HappensBefore::read_step(const Execution& execution, std::uint32_t index) {
  const Record& record = execution.record();
  const StepRecord& step = record.steps[record.explored_begin + index];
  const TaskId task = step.task;
  VectorClock start = task_clock_[task];
  if (task_steps_[task] == 0) start = birth_clock(record, step.actor, task);
  VectorClock clock = start;
  find_races(execution, index, task, false, start, clock);
  clock.set(task, ++task_steps_[task]);
  clocks_.push_back(clock);
  task_.push_back(task);
  number_.push_back(task_steps_[task]);
  task_clock_[task] = clock;
  last_step_[task] = index + 1;
}

/// Walks back from `index`; every dependent step joins `clock`. The nearest unordered ones are races; for a lock the
/// nearest acquire is, although its release lies between.
void HappensBefore::find_races(const Execution& execution, std::uint32_t index, TaskId task,
                               bool pending, const VectorClock& start, VectorClock& clock) {
  const Record& record = execution.record();
  const Operation& op = pending ? execution.task(task).pending
                                : record.steps[record.explored_begin + index].op;
  const bool locks = takes_lock(op) && op.kind != OpKind::try_lock;
  VectorClock lock_cover = start;
  const std::uint32_t pending_since = std::max(last_step_[task], born_[task]);
  for (std::uint32_t i = index; i-- > 0;) {
    const StepRecord& earlier = record.steps[record.explored_begin + i];
    if (earlier.task == task) continue;
    const bool related = pending ? dependent(earlier.op, op) ||
                                       touches(record, record.explored_begin + i, op)
                                 : dependent_steps(record, i, index);
    if (!related) continue;
    const bool acquires = locks && takes_lock(earlier.op) && earlier.op.object == op.object;
    const VectorClock& cover = acquires ? lock_cover : clock;
    const bool ordered = cover[earlier.task] >= number_[i];
    const Later later{op, pending_since <= i, (earlier.enabled & mask_of(task)) != 0};
    if (!ordered && reversible(earlier.op, later)) races_.push_back({i, index, task, pending});
    if (acquires) lock_cover.join(clocks_[i]);
    clock.join(clocks_[i]);
  }
}

}  // namespace sim

#include "sim/explore/happens_before.hpp"

#include <algorithm>
#include <utility>

#include "sim/execution.hpp"
#include "sim/explore/mutation.hpp"
#include "sim/sync/workqueue.hpp"

namespace sim {
namespace {

bool touches(std::span<const Footprint> touched, const Operation& op) {
  return std::any_of(touched.begin(), touched.end(),
                     [&op](const Footprint& one) { return dependent(as_operation(one), op); });
}

bool waits_for_lock(OpKind kind) {
  return kind == OpKind::lock || kind == OpKind::section || kind == OpKind::begin_work;
}

/// Does the step take the lock `object`: by its operation, or as a spinlock section nested in it?
bool takes_lock(const Record& record, std::uint32_t step, ObjectId object) {
  const Operation& op = record.steps[step].op;
  if (op.object == object)
    return waits_for_lock(op.kind) || (op.kind == OpKind::try_lock && op.access != Access::read);
  const std::span<const Footprint> touched = record.touched_by(step);
  return std::any_of(touched.begin(), touched.end(), [object](const Footprint& one) {
    return one.object == object && one.access == Access::write;
  });
}

/// Took the acquisition all that `wanted` needs, so that `wanted` could have been in its place? (A
/// range lock that took only a part of it says nothing of what the rest waited for.)
bool covers(const Operation& acquisition, const Operation& wanted) {
  return acquisition.object != wanted.object ||
         (acquisition.begin <= wanted.begin && wanted.end <= acquisition.end);
}

/// Was there something for a waiter of `object` to go on with before `step`?
bool released_before(const Record& record, std::uint32_t step, ObjectId object) {
  for (std::uint32_t i = 0; i < step; ++i) {
    const Operation& op = record.steps[i].op;
    if (op.object == object && traits(op.kind).releases) return true;
  }
  return false;
}

/// What a step, or an operation that was only announced, looks like to the race rules.
struct Later {
  const Operation& op;
  bool was_pending;  ///< its task had announced it before the earlier step
  bool was_enabled;  ///< and could have carried it out
};

/// Could `later` have come before `step`? Only asked of dependent pairs that nothing orders. Where
/// that is not known the answer is yes: a reversal that cannot be run costs an execution, a missing
/// one loses traces.
bool reversible(const Record& record, std::uint32_t step, const Later& later) {
  const Operation& earlier = record.steps[step].op;
  const OpKind kind = later.op.kind;
  if (!waits_for_lock(kind) && !resumes(kind)) return true;
  if (!dependent(earlier, later.op))
    return true;  // by their footprints only: nothing that `later` waits for
  if (planted(Mutation::release_is_the_race) && waits_for_lock(kind))
    return earlier.kind == OpKind::unlock;
  if (waits_for_lock(kind)) return earlier.kind != OpKind::unlock;
  return later.was_pending ? later.was_enabled : released_before(record, step, later.op.object);
}

/// What is locked of one object, step after step.
class LockedParts {
 public:
  LockedParts(const Execution& execution, ObjectId object)
      : execution_(execution), record_(execution.record()), object_(object) {}

  void make(std::uint32_t step) {
    const Operation& op = record_.steps[step].op;
    if (op.object != object_) {
      if (outlasts_step(step)) parts_.push_back({0, kEnd, step});
      return;
    }
    if (op.kind == OpKind::lock || (op.kind == OpKind::try_lock && op.access != Access::read))
      parts_.push_back({op.begin, op.end, step});
    if (op.kind == OpKind::unlock) cut(op.begin, op.end);
  }
  /// The step that locked a part of what `op` needs; kNobody: all of it is free.
  std::uint32_t holder(const Operation& op) const {
    for (const Part& part : parts_)
      if (part.begin < op.end && op.begin < part.end) return part.holder;
    return kNobody;
  }
  static constexpr std::uint32_t kNobody = 0xffffffffU;

 private:
  struct Part {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t holder;
  };

  /// Is the lock a spinlock, taken inside another one's section and held beyond the step? Then its
  /// end has an operation, or it is held still.
  bool outlasts_step(std::uint32_t step) const {
    if (!takes_lock(record_, step, object_)) return false;
    const TaskId taker = record_.steps[step].task;
    for (std::uint32_t next = step + 1; next < record_.explored_end; ++next) {
      const StepRecord& later = record_.steps[next];
      if (later.task == taker && later.op.object == object_) return later.op.kind == OpKind::unlock;
    }
    const Task& task = execution_.task(taker);
    return (execution_.object(object_).providers(task, task.pending) & mask_of(taker)) != 0;
  }

  void cut(std::uint32_t begin, std::uint32_t end) {
    const auto before = std::move(parts_);
    parts_.clear();
    for (const Part& part : before) {
      if (part.begin < std::min(part.end, begin))
        parts_.push_back({part.begin, std::min(part.end, begin), part.holder});
      if (std::max(part.begin, end) < part.end)
        parts_.push_back({std::max(part.begin, end), part.end, part.holder});
    }
  }

  static constexpr std::uint32_t kEnd = 0xffffffffU;

  const Execution& execution_;
  const Record& record_;
  ObjectId object_;
  std::vector<Part> parts_;
};

}  // namespace

bool depends_on_step(const Record& record, std::uint32_t step, const Operation& announced) {
  return dependent(record.steps[step].op, announced) || touches(record.touched_by(step), announced);
}

bool dependent_steps(const Record& record, std::uint32_t a, std::uint32_t b) {
  const std::uint32_t first = record.explored_begin + a;
  const std::uint32_t second = record.explored_begin + b;
  const Operation x = as_explored(record.steps[first].op);
  const Operation y = as_explored(record.steps[second].op);
  if (dependent(x, y)) return true;
  const std::span<const Footprint> touched_first = record.touched_by(first);
  const std::span<const Footprint> touched_second = record.touched_by(second);
  return touches(touched_first, y) || touches(touched_second, x) ||
         std::any_of(touched_first.begin(), touched_first.end(), [&](const Footprint& one) {
           return touches(touched_second, as_operation(one));
         });
}

void StepClocks::add(const VectorClock& clock) {
  ticks_.insert(ticks_.end(), clock.ticks().begin(), clock.ticks().end());
  ends_.push_back(static_cast<std::uint32_t>(ticks_.size()));
}

void HappensBefore::keep_clocks(std::uint32_t unchanged) {
  clocks_.cut(unchanged);
  task_.resize(unchanged);
  number_.resize(unchanged);
  objects_.resize(unchanged);
  for (TaskMask left = std::exchange(known_, 0); left != 0; left &= left - 1) {
    const TaskId task = lowest_of(left);
    task_clock_[task].clear();
    task_steps_[task] = 0;
    last_step_[task] = born_[task] = 0;
  }
  for (std::uint32_t i = 0; i < unchanged; ++i) {
    last_step_[task_[i]] = i + 1;
    known_ |= mask_of(task_[i]);
  }
  for (TaskMask left = known_; left != 0; left &= left - 1) {
    const TaskId task = lowest_of(left);
    task_clock_[task].join(clocks_.of(last_step_[task] - 1));
    task_steps_[task] = number_[last_step_[task] - 1];
  }
}

void HappensBefore::read(const Execution& execution, std::uint32_t unchanged) {
  const Record& record = execution.record();
  const std::uint32_t size = record.explored_end - record.explored_begin;
  keep_clocks(unchanged);
  std::erase_if(races_, [&](const Race& race) { return race.pending || race.later >= unchanged; });
  known_races_ = races_.size();
  unchanged_ = unchanged;
  for (std::uint32_t index = unchanged; index < size; ++index) read_step(execution, index);
  for (const Task* task : execution.live_tasks()) {
    if (planted(Mutation::blocked_is_no_race)) break;
    VectorClock& clock = task_clock_[task->id];
    known_ |= mask_of(task->id);
    if (task->steps == 0) clock = birth_clock(record, execution.actor_of(task->id), task->id);
    find_races(execution, size, task->id, true, clock);
  }
}

/// The clock of the step that spawned a task; also notes since when the task has been there.
VectorClock HappensBefore::birth_clock(const Record& record, ActorId actor, TaskId task) {
  const std::uint32_t born = record.actors[actor].born_step;
  if (born == kBeforeSteps || born < record.explored_begin) return VectorClock{};
  born_[task] = born - record.explored_begin + 1;
  VectorClock clock;
  clock.join(clocks_.of(born - record.explored_begin));
  return clock;
}

HappensBefore::ObjectBits HappensBefore::objects_of(const Record& record, std::uint32_t step) {
  ObjectBits bits = bit_of(record.steps[step].op.object);
  for (const Footprint& touched : record.touched_by(step)) bits |= bit_of(touched.object);
  return bits;
}

void HappensBefore::read_step(const Execution& execution, std::uint32_t index) {
  const Record& record = execution.record();
  const StepRecord& step = record.steps[record.explored_begin + index];
  const TaskId task = step.task;
  VectorClock& clock = task_clock_[task];
  known_ |= mask_of(task);
  if (task_steps_[task] == 0) clock = birth_clock(record, step.actor, task);
  objects_.push_back(objects_of(record, record.explored_begin + index));
  find_races(execution, index, task, false, clock);
  clock.set(task, ++task_steps_[task]);
  clocks_.add(clock);
  task_.push_back(task);
  number_.push_back(task_steps_[task]);
  last_step_[task] = index + 1;
}

/// Is there room in the queue once all is done that needs none of what is left out?
bool HappensBefore::may_begin(const Execution& execution, const Race& race, ObjectId queue) const {
  const Record& record = execution.record();
  std::uint32_t active = 0;
  for (std::uint32_t step = 0; step < record.explored_begin + race.later; ++step) {
    const Operation& op = record.steps[step].op;
    if (op.object != queue) continue;
    const bool made = step < record.explored_begin + race.earlier ||
                      !before(race.earlier, step - record.explored_begin);
    if (!made) continue;
    active += op.kind == OpKind::begin_work ? 1U : 0U;
    active -= op.kind == OpKind::end_work ? 1U : 0U;
  }
  return active < static_cast<const workqueue&>(execution.object(queue)).max_active();
}

bool HappensBefore::after_any(std::span<const std::uint32_t> left_out, std::uint32_t step) const {
  return std::any_of(left_out.begin(), left_out.end(),
                     [&](std::uint32_t one) { return before(one, step); });
}

/// Does the later task get to its operation only after `step`? Program order and its birth alone
/// count: that the operation came after `step` is what a reversal may change.
bool HappensBefore::needs(const Execution& execution, const Race& race, std::uint32_t step) const {
  for (std::uint32_t index = race.pending ? size() : race.later; index-- > 0;)
    if (task_[index] == race.task) return before(step, index);
  const Record& record = execution.record();
  const std::uint32_t born = record.actors[execution.actor_of(race.task)].born_step;
  return born != kBeforeSteps && born >= record.explored_begin &&
         before(step, born - record.explored_begin);
}

/// A range lock may be held in parts by several at once, whose releases may wait for each other:
/// who wants it all comes before all of them, or after all. Of these races the one with the first
/// of the holders counts.
bool HappensBefore::leave_out(const Execution& execution, const Race& race,
                              std::vector<std::uint32_t>& left_out) const {
  left_out.assign(1, race.earlier);
  const Record& record = execution.record();
  const Operation& op = race.pending ? execution.task(race.task).pending
                                     : record.steps[record.explored_begin + race.later].op;
  if (op.kind == OpKind::begin_work) return may_begin(execution, race, op.object);
  if (op.kind != OpKind::lock) return true;
  const std::uint32_t at = record.explored_begin + race.earlier;
  if (takes_lock(record, at, op.object) && covers(record.steps[at].op, op)) return true;
  for (;;) {
    LockedParts locked(execution, op.object);
    for (std::uint32_t step = 0; step < at; ++step) locked.make(step);
    for (std::uint32_t step = race.earlier + 1; step < size(); ++step)
      if (!after_any(left_out, step)) locked.make(record.explored_begin + step);
    const std::uint32_t holder = locked.holder(op);
    if (holder == LockedParts::kNobody) return true;
    if (holder < at || planted(Mutation::others_hold_on)) return false;
    left_out.push_back(holder - record.explored_begin);
    if (needs(execution, race, left_out.back())) return false;
  }
}

/// Walks back from `index`; every dependent step joins `clock`. The nearest unordered ones are
/// races; for a lock the nearest acquire is, although its release lies between. A step that is
/// ordered already has brought with it all that came before it, so a task's steps are looked at
/// until one is.
void HappensBefore::find_races(const Execution& execution, std::uint32_t index, TaskId task,
                               bool pending, VectorClock& clock) {
  const Record& record = execution.record();
  const Operation op = as_explored(pending ? execution.task(task).pending
                                           : record.steps[record.explored_begin + index].op);
  const bool waits = waits_for_lock(op.kind) && !planted(Mutation::locks_race_as_accesses) &&
                     !planted(Mutation::release_is_the_race);
  VectorClock lock_cover;
  if (waits) lock_cover.join(clock);
  const std::uint32_t pending_since = std::max(last_step_[task], born_[task]);
  const ObjectBits objects = pending ? bit_of(op.object) : objects_[index];
  TaskMask left = known_ & ~mask_of(task);
  for (std::uint32_t i = index; left != 0 && i-- > 0;) {
    if ((left & mask_of(task_[i])) == 0) continue;
    const TaskId other = task_[i];
    const bool known = clock[other] >= number_[i];
    if (known && (!waits || lock_cover[other] >= number_[i])) {
      left &= ~mask_of(other);
      continue;
    }
    if ((objects_[i] & objects) == 0) continue;
    const std::uint32_t step = record.explored_begin + i;
    const bool related = pending ? dependent(as_explored(record.steps[step].op), op) ||
                                       touches(record.touched_by(step), op)
                                 : dependent_steps(record, i, index);
    if (!related) continue;
    const StepRecord& earlier = record.steps[step];
    const bool acquires = waits && takes_lock(record, step, op.object);
    const bool ordered = acquires ? lock_cover[other] >= number_[i] : known;
    const Later later{op, pending_since <= i, (earlier.enabled & mask_of(task)) != 0};
    if (!ordered && reversible(record, step, later)) races_.push_back({i, index, task, pending});
    if (acquires && covers(earlier.op, op)) lock_cover.join(clocks_.of(i));
    clock.join(clocks_.of(i));
  }
}

}  // namespace sim

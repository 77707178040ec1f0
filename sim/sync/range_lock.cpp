#include "sim/sync/range_lock.hpp"

#include <algorithm>

#include "sim/assert.hpp"
#include "sim/execution.hpp"

namespace sim {

range_lock::range_lock(const ObjectName& name)
    : Object(name, sizeof(range_lock)),
      held_(&current().untracked_memory()),
      released_(&current().untracked_memory()),
      phase_(current().phase()) {}

Operation range_lock::ranged(OpKind kind, std::uint32_t begin, std::uint32_t end) const {
  FSW_ASSERT(begin < end, "an empty range cannot be locked");
  Operation op = operation(kind, id());
  op.begin = begin;
  op.end = end;
  return op;
}

bool range_lock::is_locked(std::uint32_t begin, std::uint32_t end) const {
  for (const Held& held : held_)
    if (held.begin < end && begin < held.end) return true;
  return false;
}

bool range_lock::can_proceed(const Task&, const Operation& op) const {
  return !is_locked(op.begin, op.end);
}

TaskMask range_lock::providers(const Task&, const Operation& op) const {
  TaskMask owners = 0;
  for (const Held& held : held_)
    if (held.begin < op.end && op.begin < held.end) owners |= mask_of(held.owner);
  return owners;
}

void range_lock::synchronise(Task& task, const Operation& op) {
  Execution& execution = this->execution();
  if (phase_ != execution.phase()) {
    phase_ = execution.phase();
    released_.clear();
  }
  if (traits(op.kind).acquires) {
    for (const Released& released : released_)
      if (released.begin < op.end && op.begin < released.end)
        task.clock.join(released.clock.ticks());
  }
  if (!traits(op.kind).releases) return;
  for (Released& released : released_) {
    if (released.begin != op.begin || released.end != op.end) continue;
    released.clock.join(task.clock, execution.untracked_memory());
    return;
  }
  released_.push_back({op.begin, op.end, {}});
  released_.back().clock.join(task.clock, execution.untracked_memory());
}

void range_lock::take(TaskId task, std::uint32_t begin, std::uint32_t end) {
  held_.push_back({begin, end, task});
  current().hold(current().mutable_task(task), *this, begin, end);
}

/// Cuts [begin, end) out of what is held, by whomever.
void range_lock::give_back(std::uint32_t begin, std::uint32_t end) {
  Execution& execution = current();
  std::uint32_t freed = 0;
  for (std::size_t i = 0; i < held_.size(); ++i) {
    const Held held = held_[i];
    if (held.end <= begin || end <= held.begin) continue;
    const std::uint32_t from = std::max(begin, held.begin);
    const std::uint32_t to = std::min(end, held.end);
    freed += to - from;
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i--));
    execution.unhold(execution.mutable_task(held.owner), *this, from, to);
    if (held.begin < from) held_.push_back({held.begin, from, held.owner});
    if (to < held.end) held_.push_back({to, held.end, held.owner});
  }
  FSW_ASSERT(freed == end - begin, "unlock of a range that is not locked");
}

void range_lock::lock(std::uint32_t begin, std::uint32_t end) {
  Execution& execution = current();
  Task& self = *execution.running();
  execution.lockdep().before_acquire(execution, self, *this, order(begin));
  const Operation op = execution.perform(ranged(OpKind::lock, begin, end), this);
  execution.acquired(self, *this, op);
  take(self.id, begin, end);
}

bool range_lock::try_lock(std::uint32_t begin, std::uint32_t end) {
  Execution& execution = current();
  Operation& op = execution.perform(ranged(OpKind::try_lock, begin, end), this);
  if (is_locked(begin, end)) {
    op.access = Access::read;
    return false;
  }
  op.value = 1;
  execution.acquired(*execution.running(), *this, op);
  take(execution.running_id(), begin, end);
  return true;
}

void range_lock::unlock(std::uint32_t begin, std::uint32_t end) {
  Execution& execution = current();
  const Operation op = execution.perform(ranged(OpKind::unlock, begin, end), this);
  give_back(begin, end);
  execution.released(*execution.running(), *this, op);
}

void range_lock::hand_to(TaskId task, std::uint32_t begin, std::uint32_t end) {
  FSW_ASSERT(current().is_newborn(current().task(task)), "a lock is handed to a new task only");
  for (const Held& held : held_)
    FSW_ASSERT(held.end <= begin || end <= held.begin || held.owner == current().running_id(),
               "a lock is handed on by who holds it");
  give_back(begin, end);
  take(task, begin, end);
}

bool range_lock::test(std::uint32_t begin, std::uint32_t end) {
  Operation& op = current().perform(ranged(OpKind::read, begin, end), this);
  const bool locked = is_locked(begin, end);
  op.value = locked ? 1 : 0;
  return locked;
}

}  // namespace sim

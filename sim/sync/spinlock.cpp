#include "sim/sync/spinlock.hpp"

#include <algorithm>

#include "sim/assert.hpp"
#include "sim/execution.hpp"

namespace sim {

spinlock::spinlock(const ObjectName& name)
    : Object(name, sizeof(spinlock)),
      whole_(&current().untracked_memory()),
      parts_(&current().untracked_memory()),
      phase_(current().phase()) {}

bool spinlock::can_proceed(const Task&, const Operation&) const { return owner_ == kNoTask; }

TaskMask spinlock::providers(const Task&, const Operation&) const {
  return owner_ == kNoTask ? 0 : mask_of(owner_);
}

void spinlock::synchronise(Task& task, const Operation& op) {
  Execution& execution = this->execution();
  if (phase_ != execution.phase()) {
    phase_ = execution.phase();
    forget_all();
  }
  const Section section{op.access, op.begin, op.end};
  if (traits(op.kind).acquires) join_conflicting(task, section);
  if (traits(op.kind).releases)
    released_as(section).clock.join(task.clock, execution.untracked_memory());
}

/// The first of the parts that begin at `begin` or after it.
spinlock::ReleasedList::iterator spinlock::parts_from(std::uint32_t begin) {
  return std::lower_bound(
      parts_.begin(), parts_.end(), begin,
      [](const Released& part, std::uint32_t from) { return part.section.begin < from; });
}

void spinlock::join_conflicting(Task& task, const Section& section) {
  for (const Released& released : whole_)
    if (conflicting(released.section.access, section.access))
      task.clock.join(released.clock.ticks());
  auto at = parts_from(section.begin < longest_ ? 0 : section.begin - longest_);
  for (; at != parts_.end() && at->section.begin < section.end; ++at)
    if (at->section.end > section.begin && conflicting(at->section.access, section.access))
      task.clock.join(at->clock.ticks());
}

void spinlock::forget_all() {
  whole_.clear();
  parts_.clear();
  longest_ = 0;
}

/// Who may change everything has seen every release before, and conflicts with whoever conflicts
/// with one of them.
spinlock::Released& spinlock::released_as(const Section& section) {
  if (section.whole() && section.access == Access::write) forget_all();
  ReleasedList& list = section.whole() ? whole_ : parts_;
  auto at = section.whole() ? list.begin() : parts_from(section.begin);
  for (; at != list.end() && at->section.begin == section.begin; ++at)
    if (at->section == section) return *at;
  if (!section.whole()) longest_ = std::max(longest_, section.end - section.begin);
  return *list.insert(at, {section, {}});
}

/// Whether the section is one step with the one around it. Either way the step has looked at this
/// lock.
bool spinlock::nests_silently(const Task& self, Access access) const {
  Execution& execution = current();
  if (self.spin_depth == 0 || self.spin_step != execution.step() || self.spin_released)
    return false;
  execution.touch(*this, owner_ == kNoTask ? access : Access::read);
  return owner_ == kNoTask;
}

void spinlock::lock(Section section) {
  Execution& execution = current();
  Task& self = *execution.running();
  execution.lockdep().before_acquire(execution, self, *this, instance());
  Operation op = operation(OpKind::lock, id());
  op.access = section.access;
  op.begin = section.begin;
  op.end = section.end;
  const bool nested = nests_silently(self, section.access);
  if (!nested) {
    op = execution.perform(op, this);
    self.spin_step = execution.step();
    self.spin_released = false;
  }
  ++self.spin_depth;
  owner_ = self.id;
  section_ = section;
  nested_ = nested;
  locked_in_step_ = execution.step();
  execution.acquired(self, *this, op);
  execution.hold(self, *this);
}

void spinlock::unlock() {
  Execution& execution = current();
  Task& self = *execution.running();
  FSW_ASSERT(owner_ == self.id, "spin_unlock by a task that does not hold the lock");
  Operation op = operation(OpKind::unlock, id());
  op.access = section_.access;
  op.begin = section_.begin;
  op.end = section_.end;
  if (execution.step() != locked_in_step_) {
    FSW_ASSERT(section_.access == Access::write && section_.whole(),
               "a section that declares what it touches is no leaf");
    op = execution.perform(op, this);
  } else if (!nested_) {
    execution.operation_of_step(locked_in_step_).kind = OpKind::section;
  }
  --self.spin_depth;
  self.spin_released = true;
  execution.unhold(self, *this);
  owner_ = kNoTask;
  execution.released(self, *this, op);
}

}  // namespace sim

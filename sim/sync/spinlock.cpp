#include "sim/sync/spinlock.hpp"

#include "sim/assert.hpp"
#include "sim/execution.hpp"

namespace sim {

spinlock::spinlock(const ObjectName& name)
    : Object(name, sizeof(spinlock)),
      released_(&current().untracked_memory()),
      phase_(current().phase()) {}

bool spinlock::can_proceed(const Task&, const Operation&) const { return owner_ == kNoTask; }

TaskMask spinlock::providers(const Task&, const Operation&) const {
  return owner_ == kNoTask ? 0 : mask_of(owner_);
}

void spinlock::synchronise(Task& task, const Operation& op) {
  if (phase_ != execution().phase()) {
    phase_ = execution().phase();
    released_.clear();
  }
  const auto touches = [&op](const Section& section) {
    return conflicting(section.access, op.access) && section.begin < op.end &&
           op.begin < section.end;
  };
  if (traits(op.kind).acquires) {
    for (const Released& released : released_)
      if (touches(released.section)) task.clock.join(released.clock);
  }
  if (!traits(op.kind).releases) return;
  for (Released& released : released_) {
    const Section& section = released.section;
    if (section.access != op.access || section.begin != op.begin || section.end != op.end) continue;
    released.clock.join(task.clock);
    return;
  }
  released_.push_back({{op.access, op.begin, op.end}, task.clock});
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
  execution.lockdep().before_acquire(execution, self, class_name(), instance());
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
    FSW_ASSERT(
        section_.access == Access::write && section_.begin == 0 && section_.end == 0xffffffffU,
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

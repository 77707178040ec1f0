#include "sim/sync/spinlock.hpp"

#include "sim/assert.hpp"
#include "sim/execution.hpp"

namespace sim {

bool spinlock::can_proceed(const Task&, const Operation&) const { return owner_ == kNoTask; }

TaskMask spinlock::providers(const Task&, const Operation&) const {
  return owner_ == kNoTask ? 0 : mask_of(owner_);
}

/// Whether the section is one step with the one around it. Either way the step has looked at this lock.
bool spinlock::nests_silently(const Task& self) const {
  Execution& execution = current();
  if (self.spin_depth == 0 || self.spin_step != execution.step() || self.spin_released) return false;
  execution.touch(*this, owner_ == kNoTask ? Access::write : Access::read);
  return owner_ == kNoTask;
}

void spinlock::lock() {
  Execution& execution = current();
  Task& self = *execution.running();
  execution.lockdep().before_acquire(execution, self, class_name(), instance());
  Operation op = operation(OpKind::lock, id());
  const bool nested = nests_silently(self);
  if (!nested) {
    op = execution.perform(op, this);
    self.spin_step = execution.step();
    self.spin_released = false;
  }
  ++self.spin_depth;
  owner_ = self.id;
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
  if (execution.step() != locked_in_step_) {
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

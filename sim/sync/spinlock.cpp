#include "sim/sync/spinlock.hpp"

#include "sim/assert.hpp"
#include "sim/execution.hpp"

namespace sim {

bool spinlock::can_proceed(const Task&, const Operation&) const { return owner_ == kNoTask; }

TaskMask spinlock::providers(const Task&, const Operation&) const {
  return owner_ == kNoTask ? 0 : mask_of(owner_);
}

void spinlock::lock() {
  Execution& execution = current();
  Task& self = *execution.running();
  execution.lockdep().before_acquire(execution, self, class_name(), instance());
  const Operation op = execution.perform(operation(OpKind::lock, id()), this);
  owner_ = self.id;
  locked_in_step_ = execution.step();
  execution.acquired(self, *this, op);
  execution.hold(self, *this);
}

void spinlock::unlock() {
  Execution& execution = current();
  Task& self = *execution.running();
  FSW_ASSERT(owner_ == self.id, "spin_unlock by a task that does not hold the lock");
  Operation op = operation(OpKind::unlock, id());
  if (execution.step() == locked_in_step_) {
    execution.operation_of_step(locked_in_step_).kind = OpKind::section;
  } else {
    op = execution.perform(op, this);
  }
  execution.unhold(self, *this);
  owner_ = kNoTask;
  execution.released(self, *this, op);
}

}  // namespace sim

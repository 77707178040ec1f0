#include "sim/sync/mutex.hpp"

#include "sim/assert.hpp"
#include "sim/execution.hpp"

namespace sim {

bool LockBase::can_proceed(const Task&, const Operation&) const { return owner_ == kNoTask; }

TaskMask LockBase::providers(const Task&, const Operation&) const {
  return owner_ == kNoTask ? 0 : mask_of(owner_);
}

void LockBase::take(const Operation& op) {
  Execution& execution = current();
  Task& self = *execution.running();
  owner_ = self.id;
  execution.acquired(self, *this, op);
  execution.hold(self, *this);
}

void LockBase::lock() {
  Execution& execution = current();
  execution.lockdep().before_acquire(execution, *execution.running(), *this, instance());
  take(execution.perform(operation(OpKind::lock, id()), this));
}

bool LockBase::try_lock() {
  Operation& op = current().perform(operation(OpKind::try_lock, id()), this);
  if (owner_ != kNoTask) {
    op.access = Access::read;
    return false;
  }
  op.value = 1;
  take(op);
  return true;
}

void LockBase::unlock() {
  Execution& execution = current();
  const Operation op = execution.perform(operation(OpKind::unlock, id()), this);
  Task& self = *execution.running();
  FSW_ASSERT(owner_ != kNoTask, "unlock of a lock that nobody holds");
  FSW_ASSERT(!owner_unlocks_ || owner_ == self.id, "unlock of a lock that another task holds");
  execution.unhold(execution.mutable_task(owner_), *this);
  owner_ = kNoTask;
  execution.released(self, *this, op);
}

void LockBase::hand_to(TaskId task) {
  Execution& execution = current();
  FSW_ASSERT(owner_ == execution.running_id(), "a lock is handed on by who holds it");
  FSW_ASSERT(execution.is_newborn(execution.task(task)), "a lock is handed to a new task only");
  execution.unhold(*execution.running(), *this);
  owner_ = task;
  execution.hold(execution.mutable_task(task), *this);
}

}  // namespace sim

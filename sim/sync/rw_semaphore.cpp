#include "sim/sync/rw_semaphore.hpp"

#include "sim/assert.hpp"
#include "sim/execution.hpp"

namespace sim {

rw_semaphore::rw_semaphore(const ObjectName& name)
    : Object(name, sizeof(rw_semaphore)),
      queue_(&current().untracked_memory()),
      phase_(current().phase()) {}

bool rw_semaphore::is_queued(TaskId task) const {
  for (const Waiter& waiter : queue_)
    if (waiter.task == task) return true;
  return false;
}

/// Only `granted` blocks; `lock` asks whether nobody is inside.
bool rw_semaphore::can_proceed(const Task& task, const Operation& op) const {
  if (op.kind == OpKind::lock) return writer_ == kNoTask && readers_ == 0;
  return !is_queued(task.id);
}

void rw_semaphore::synchronise(Task& task, const Operation& op) {
  Execution& execution = this->execution();
  if (phase_ != execution.phase()) {
    phase_ = execution.phase();
    released_by_writers_.clear();
    released_by_readers_.clear();
  }
  if (traits(op.kind).acquires) {
    task.clock.join(released_by_writers_.ticks());
    if (op.access == Access::write) task.clock.join(released_by_readers_.ticks());
  }
  if (traits(op.kind).releases)
    (op.kind == OpKind::up_read ? released_by_readers_ : released_by_writers_)
        .join(task.clock, execution.untracked_memory());
}

TaskMask rw_semaphore::providers(const Task& task, const Operation&) const {
  TaskMask holders = readers_ | (writer_ == kNoTask ? 0 : mask_of(writer_));
  for (const Waiter& waiter : queue_) {
    if (waiter.task == task.id) break;
    holders |= mask_of(waiter.task);  // who queued earlier goes earlier
  }
  return holders;
}

bool rw_semaphore::free_for(bool exclusive) const {
  return queue_.empty() && writer_ == kNoTask && (!exclusive || readers_ == 0);
}

void rw_semaphore::grant(TaskId task, bool exclusive) {
  if (exclusive) {
    writer_ = task;
  } else {
    readers_ |= mask_of(task);
    ++reads_[task];
  }
}

void rw_semaphore::down(bool exclusive) {
  Execution& execution = current();
  Task& self = *execution.running();
  execution.lockdep().before_acquire(execution, self, *this, instance());
  const OpKind kind = exclusive ? OpKind::down_write : OpKind::down_read;
  Operation* op = &execution.perform(operation(kind, id()), this);
  if (free_for(exclusive)) {
    grant(self.id, exclusive);
  } else {
    op->access = Access::write;
    queue_.push_back({self.id, exclusive});
    op = &execution.perform(operation(OpKind::granted, id()), this);
    if (!exclusive) op->access = Access::add;
  }
  execution.acquired(self, *this, *op);
  execution.hold(self, *this);
}

bool rw_semaphore::try_down(bool exclusive) {
  Execution& execution = current();
  Operation& op = execution.perform(operation(OpKind::try_lock, id()), this);
  const bool taken = free_for(exclusive);
  if (!taken) {
    op.access = Access::read;
    return false;
  }
  if (!exclusive) op.access = Access::add;
  op.value = 1;
  Task& self = *execution.running();
  grant(self.id, exclusive);
  execution.acquired(self, *this, op);
  execution.hold(self, *this);
  return true;
}

void rw_semaphore::down_read() { down(false); }
void rw_semaphore::down_write() { down(true); }
bool rw_semaphore::down_read_trylock() { return try_down(false); }
bool rw_semaphore::down_write_trylock() { return try_down(true); }

void rw_semaphore::grant_queued() {
  if (queue_.empty() || writer_ != kNoTask) return;
  if (queue_.front().exclusive) {
    if (readers_ != 0) return;
    grant(queue_.front().task, true);
    queue_.erase(queue_.begin());
    return;
  }
  std::erase_if(queue_, [this](const Waiter& waiter) {
    if (waiter.exclusive) return false;
    grant(waiter.task, false);
    return true;
  });
}

void rw_semaphore::leave(OpKind kind) {
  Execution& execution = current();
  const Operation op = execution.perform(operation(kind, id()), this);
  Task& self = *execution.running();
  const bool inside = kind == OpKind::up_write ? writer_ == self.id : reads_[self.id] != 0;
  FSW_ASSERT(inside, "up of a semaphore that is not held that way");
  execution.released(self, *this, op);
}

void rw_semaphore::up_read() {
  leave(OpKind::up_read);
  Task& self = *current().running();
  if (--reads_[self.id] == 0) readers_ &= ~mask_of(self.id);
  current().unhold(self, *this);
  grant_queued();
}

void rw_semaphore::up_write() {
  leave(OpKind::up_write);
  writer_ = kNoTask;
  current().unhold(*current().running(), *this);
  grant_queued();
}

void rw_semaphore::downgrade_write() {
  leave(OpKind::up_write);
  writer_ = kNoTask;
  grant(current().running_id(), false);
  if (!queue_.empty() && !queue_.front().exclusive) grant_queued();
}

}  // namespace sim

#include "sim/sync/wait_queue.hpp"

#include "sim/assert.hpp"

namespace sim {

wait_queue::wait_queue(const ObjectName& name)
    : Object(name, sizeof(wait_queue)), waiters_(&current().untracked_memory()) {}

const wait_queue::Waiter* wait_queue::waiter_of(TaskId task) const {
  for (const Waiter& waiter : waiters_)
    if (waiter.task == task) return &waiter;
  return nullptr;
}

bool wait_queue::can_proceed(const Task& task, const Operation&) const {
  const Waiter* waiter = waiter_of(task.id);
  return waiter != nullptr && waiter->woken;
}

TaskMask wait_queue::providers(const Task& task, const Operation&) const {
  const Waiter* waiter = waiter_of(task.id);
  return waiter == nullptr || waiter->owed == nullptr ? 0 : waiter->owed->owners();
}

bool wait_queue::condition_holds(const Task& task) const {
  const Waiter* waiter = waiter_of(task.id);
  return waiter != nullptr && waiter->holds(waiter->condition);
}

void wait_queue::enqueue(Waiter waiter) {
  Execution& execution = current();
  waiter.task = execution.running_id();
  execution.touch(*this, Access::add);
  execution.lockdep().before_wait(execution, *execution.running(), waiter.owed, *this);
  waiters_.push_back(waiter);
}

void wait_queue::sleep() {
  Execution& execution = current();
  const Operation op = execution.perform(operation(OpKind::wait, id()), this);
  execution.acquired(*execution.running(), *this, op);
  std::erase_if(waiters_,
                [&](const Waiter& waiter) { return waiter.task == execution.running_id(); });
}

void wait_queue::wake_up_all() {
  Execution& execution = current();
  const Operation op = execution.perform(operation(OpKind::wake, id()), this);
  for (Waiter& waiter : waiters_) waiter.woken = true;
  execution.released(*execution.running(), *this, op);
}

}  // namespace sim

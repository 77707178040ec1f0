/// wait_queue_head_t. `wait_event` is: read the condition, enqueue, read again, sleep until woken,
/// and around. The sleeper is enabled by the wake-up and never by the condition becoming true, so a
/// missing wake-up shows as a deadlock with a waiter whose condition holds.
#pragma once

#include <memory_resource>
#include <vector>

#include "sim/cell.hpp"
#include "sim/object.hpp"
#include "sim/obligation.hpp"

namespace sim {

class wait_queue final : public Object {
 public:
  explicit wait_queue(const ObjectName& name);

  /// Returns once `holds(value of cell)`. `owed`: the work whose owners will make it true, for
  /// explanations and lock order.
  template <class T, class Holds>
  void wait_event(Marked<T>& cell, Holds holds, const Obligation* owed = nullptr) {
    if (holds(cell.load_acquire())) return;
    const auto peek = [&cell, &holds] { return holds(cell.peek()); };
    before_wait(owed);
    while (true) {
      enqueue({&call<decltype(peek)>, &peek, owed});
      if (holds(cell.load_acquire())) break;
      sleep();
    }
    dequeue();
  }

  /// Visible: wakes every waiter.
  void wake_up_all();

  bool can_proceed(const Task& task, const Operation& op) const override;
  TaskMask providers(const Task& task, const Operation& op) const override;
  bool condition_holds(const Task& task) const override;

 private:
  struct Waiter {
    bool (*holds)(const void*);
    const void* condition;
    const Obligation* owed;
    TaskId task = kNoTask;
    bool woken = false;
  };

  template <class F>
  static bool call(const void* f) {
    return (*static_cast<const F*>(f))();
  }

  void before_wait(const Obligation* owed);
  void enqueue(Waiter waiter);
  void sleep();
  void dequeue();
  const Waiter* waiter_of(TaskId task) const;

  std::pmr::vector<Waiter> waiters_;
};

}  // namespace sim

/// wait_queue_head_t. `wait_event` is: read the condition and enqueue where it does not hold, sleep
/// until woken, and around. The sleeper is enabled by the wake-up and never by the condition
/// becoming true, so a missing wake-up shows as a deadlock with a waiter whose condition holds.
///
/// The kernel enqueues first and reads then. That is one step here: a wake-up in between makes the
/// waiter read once more, as it would have read had the wake-up come before it was enqueued.
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
    const auto peek = [&cell, &holds] { return holds(cell.peek()); };
    while (!holds(cell.load_acquire())) {
      enqueue({&call<decltype(peek)>, &peek, owed});
      sleep();
    }
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

  void enqueue(Waiter waiter);
  void sleep();
  const Waiter* waiter_of(TaskId task) const;

  std::pmr::vector<Waiter> waiters_;
};

}  // namespace sim

/// Work owed, as an object: what, how much, and which task has to do it. Handed from submitter to
/// completion to work item. An owner that ends without doing it or handing it on is a finding at
/// that step, not at unmount.
#pragma once

#include <cstdint>

#include "sim/operation.hpp"

namespace sim {

class Execution;

class Obligation {
 public:
  /// Nobody owes anything yet. `what` is static storage and doubles as a class of the lock-order
  /// graph: who waits for the work while holding L, and who takes L while owing the work, close a
  /// cycle.
  explicit Obligation(const char* what);
  Obligation(const Obligation&) = delete;
  Obligation& operator=(const Obligation&) = delete;

  const char* what() const { return what_; }
  std::uint64_t amount_of(TaskId task) const { return task < kMaxTasks ? amount_[task] : 0; }
  TaskMask owners() const { return owners_; }
  std::uint64_t total() const;

  /// `task` now owes `amount` more.
  void owe(TaskId task, std::uint64_t amount);
  /// `amount` of what `from` owes is owed by `to` from now on.
  void hand(TaskId from, TaskId to, std::uint64_t amount);
  /// `task` owes from now on what others owed, up to `amount` in all, lowest task first.
  void take_over(TaskId task, std::uint64_t amount);
  /// `task` did `amount` of it; more than it owes is cut to what it owes.
  void discharge(TaskId task, std::uint64_t amount);

 private:
  const char* what_;
  TaskMask owners_ = 0;
  std::uint64_t amount_[kMaxTasks]{};
};

}  // namespace sim

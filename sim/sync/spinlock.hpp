/// spinlock_t. A section without another visible operation in it is one step: nobody can see it half done. So are sections
/// nested in it, as long as every lock is free when taken and none was released before in the step: acquiring moves
/// right and releasing moves left (Lipton, CACM 1975). What that hides, two spinlocks taken in opposite orders, is
/// found by the lock-order graph instead.
#pragma once

#include <cstdint>

#include "sim/object.hpp"

namespace sim {

class spinlock final : public Object {
 public:
  explicit spinlock(const ObjectName& name) : Object(name) {}

  /// Visible: disabled while another task is inside a section that spans several steps.
  void lock();
  /// Silent if the section was a leaf, else visible.
  void unlock();

  bool held_by(TaskId task, bool /*exclusive*/) const { return owner_ == task; }

  bool can_proceed(const Task& task, const Operation& op) const override;
  TaskMask providers(const Task& task, const Operation& op) const override;

 private:
  bool nests_silently(const Task& self) const;

  TaskId owner_ = kNoTask;
  std::uint32_t locked_in_step_ = 0;
  bool nested_ = false;  ///< taken as a part of an outer section's step
};

/// Holds a spinlock for a scope. The scope must end before the task does; an abandoned fiber never runs the destructor.
class spin_guard {
 public:
  explicit spin_guard(spinlock& lock) : lock_(lock) { lock_.lock(); }
  ~spin_guard() { lock_.unlock(); }
  spin_guard(const spin_guard&) = delete;
  spin_guard& operator=(const spin_guard&) = delete;

 private:
  spinlock& lock_;
};

}  // namespace sim

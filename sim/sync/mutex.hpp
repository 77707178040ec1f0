/// mutex and bit lock: exclusive, any waiter may win. A mutex is released by who took it; a bit
/// lock (a folio's PG_locked) may be released by another task, as a read completion does.
#pragma once

#include "sim/object.hpp"

namespace sim {

class LockBase : public Object {
 public:
  /// Visible: disabled while held.
  void lock();
  /// Visible: never disabled; true if taken.
  bool try_lock();
  /// Visible.
  void unlock();

  TaskId owner() const { return owner_; }
  bool is_locked() const { return owner_ != kNoTask; }
  bool held_by(TaskId task, bool /*exclusive*/) const { return owner_ == task; }

  bool can_proceed(const Task& task, const Operation& op) const override;
  TaskMask providers(const Task& task, const Operation& op) const override;

 protected:
  LockBase(const ObjectName& name, bool owner_unlocks)
      : Object(name, sizeof(LockBase)), owner_unlocks_(owner_unlocks) {}

  /// `task` answers for the lock, which this one holds, from now on (a read bio unlocks the folios
  /// that its submitter locked). No step of its own: only in the step in which `task` was born.
  void hand_to(TaskId task);

 private:
  void take(const Operation& op);

  TaskId owner_ = kNoTask;
  bool owner_unlocks_;
};

class mutex final : public LockBase {
 public:
  explicit mutex(const ObjectName& name) : LockBase(name, true) {}
};

class bit_lock final : public LockBase {
 public:
  explicit bit_lock(const ObjectName& name) : LockBase(name, false) {}
  using LockBase::hand_to;
};

}  // namespace sim

/// rw_semaphore, fair to writers: a queued writer blocks new readers, so a third task can close a deadlock between two
/// readers. A contended acquisition is two operations, *queue* (part of down_*) and *granted*.
/// Wake-up rule as kernel/locking/rwsem.c: a writer at the head goes alone; a reader at the head takes every queued
/// reader with it.
#pragma once

#include <memory_resource>
#include <vector>

#include "sim/object.hpp"

namespace sim {

class rw_semaphore final : public Object {
 public:
  explicit rw_semaphore(const ObjectName& name);

  void down_read();
  void up_read();
  void down_write();
  void up_write();
  bool down_read_trylock();
  bool down_write_trylock();
  /// The writer becomes a reader; queued readers follow.
  void downgrade_write();

  bool held_by(TaskId task, bool exclusive) const {
    return writer_ == task || (!exclusive && (readers_ & mask_of(task)) != 0);
  }

  bool can_proceed(const Task& task, const Operation& op) const override;
  TaskMask providers(const Task& task, const Operation& op) const override;

 private:
  struct Waiter {
    TaskId task;
    bool exclusive;
  };

  void down(bool exclusive);
  bool try_down(bool exclusive);
  bool free_for(bool exclusive) const;
  void grant(TaskId task, bool exclusive);
  void grant_queued();
  Operation leave(OpKind kind);

  TaskId writer_ = kNoTask;
  TaskMask readers_ = 0;
  std::pmr::vector<Waiter> queue_;
};

}  // namespace sim

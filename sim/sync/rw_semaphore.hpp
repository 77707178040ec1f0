/// rw_semaphore, fair to writers: a queued writer blocks new readers, so a third task can close a
/// deadlock between two readers. A contended acquisition is two operations, *queue* (part of
/// down_*) and *granted*. A task that takes it again queues like any other, so a reader inside a
/// reader waits for a queued writer for ever. Wake-up rule as kernel/locking/rwsem.c: a writer at
/// the head goes alone; a reader at the head takes every queued reader with it.
#pragma once

#include <cstdint>
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
  void synchronise(Task& task, const Operation& op) override;

 private:
  struct Waiter {
    TaskId task;
    bool exclusive;
  };

  void down(bool exclusive);
  bool try_down(bool exclusive);
  bool free_for(bool exclusive) const;
  bool is_queued(TaskId task) const;
  void grant(TaskId task, bool exclusive);
  void grant_queued();
  void leave(OpKind kind);

  TaskId writer_ = kNoTask;
  TaskMask readers_ = 0;
  std::uint8_t reads_[kMaxTasks]{};  ///< how often each reader took it: read sections nest
  std::pmr::vector<Waiter> queue_;
  // Readers do not synchronise with each other, so what they release is for writers only.
  ReleaseClock released_by_writers_;
  ReleaseClock released_by_readers_;
  Phase phase_;  ///< clocks of an earlier phase mean nothing in this one
};

}  // namespace sim

/// workqueue: every queued work item is a task of its own, so items of one queue run concurrently
/// unless `max_active` bounds them (1: an ordered queue).
#pragma once

#include <cstdint>

#include "sim/execution.hpp"
#include "sim/object.hpp"

namespace sim {

class workqueue final : public Object {
 public:
  /// `worker_name` is how its tasks are called ("kworker/endio-write"). `max_active` 0: as many as
  /// there are items.
  workqueue(const ObjectName& name, const char* worker_name, std::uint32_t max_active)
      : Object(name, sizeof(workqueue)), worker_name_(worker_name), max_active_(max_active) {}

  /// Visible (spawn). The item runs as a task; returns it, so that work owed can be handed to it.
  template <class F>
  TaskId queue_work(F work) {
    if (max_active_ == 0) return current().spawn(worker_name_, work);
    return current().spawn(worker_name_, [this, work] {
      begin_item();
      work();
      end_item();
    });
  }

  std::uint32_t max_active() const { return max_active_; }

  bool can_proceed(const Task& task, const Operation& op) const override;

 private:
  void begin_item();
  void end_item();

  const char* worker_name_;
  std::uint32_t max_active_;
  std::uint32_t active_ = 0;
};

}  // namespace sim

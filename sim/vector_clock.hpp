/// Vector clocks over tasks. A component counts the releases of its task.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/operation.hpp"

namespace sim {

class VectorClock {
 public:
  std::uint32_t operator[](TaskId task) const { return task < size_ ? ticks_[task] : 0; }

  void set(TaskId task, std::uint32_t tick) {
    grow(static_cast<TaskId>(task + 1));
    ticks_[task] = tick;
  }

  void clear() { size_ = 0; }

  void tick(TaskId task) { set(task, (*this)[task] + 1); }

  void join(const VectorClock& other) { join(other.ticks()); }

  /// All that follow are zero.
  std::span<const std::uint32_t> ticks() const { return {ticks_, size_}; }
  void join(std::span<const std::uint32_t> ticks) {
    grow(static_cast<TaskId>(ticks.size()));
    for (std::size_t task = 0; task < ticks.size(); ++task)
      ticks_[task] = std::max(ticks_[task], ticks[task]);
  }

 private:
  void grow(TaskId size) {
    for (; size_ < size; ++size_) ticks_[size_] = 0;
  }

  TaskId size_ = 0;
  std::uint32_t ticks_[kMaxTasks];
};

}  // namespace sim

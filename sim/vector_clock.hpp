/// Vector clocks over tasks. A component counts the releases of its task.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
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

/// The joined clocks of what was released to an object: no wider than it has to be, since a kept
/// state copies all objects and most are never released.
class ReleaseClock {
 public:
  ReleaseClock() = default;
  ReleaseClock(ReleaseClock&&) = default;
  ReleaseClock& operator=(ReleaseClock&&) = default;

  /// All that follow are zero.
  std::span<const std::uint32_t> ticks() const { return {ticks_, size_}; }
  void clear() { size_ = 0; }

  /// Widens it in `memory`, which frees nothing and outlives it: an execution's arena.
  void join(const VectorClock& clock, std::pmr::memory_resource& memory) {
    const std::span<const std::uint32_t> ticks = clock.ticks();
    if (ticks.size() > capacity_) [[unlikely]]
      widen(ticks.size(), memory);
    for (; size_ < ticks.size(); ++size_) ticks_[size_] = 0;
    for (std::size_t task = 0; task < ticks.size(); ++task)
      ticks_[task] = std::max(ticks_[task], ticks[task]);
  }

 private:
  void widen(std::size_t size, std::pmr::memory_resource& memory) {
    const std::size_t capacity = std::bit_ceil(std::max<std::size_t>(size, 4));
    auto* wider = static_cast<std::uint32_t*>(
        memory.allocate(capacity * sizeof(std::uint32_t), alignof(std::uint32_t)));
    std::copy_n(ticks_, size_, wider);
    ticks_ = wider;
    capacity_ = static_cast<TaskId>(capacity);
  }

  std::uint32_t* ticks_ = nullptr;
  TaskId size_ = 0;
  TaskId capacity_ = 0;
};

}  // namespace sim

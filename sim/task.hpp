/// A task: a fiber with a name. One thread of control: a process in a system call, a fault, a
/// kworker, a bio completion.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>

#include "sim/assert.hpp"
#include "sim/fiber.hpp"
#include "sim/label.hpp"
#include "sim/object.hpp"
#include "sim/operation.hpp"
#include "sim/vector_clock.hpp"

namespace sim {

class Obligation;

/// Birth order as a path: creator's path, then the count within the creator; 8 bits a level, most
/// significant first. Two tasks compare alike whatever the order of independent steps that bore
/// them.
using TaskPath = std::uint64_t;
inline constexpr unsigned kPathBitsPerLevel = 8;

/// 0: it is a root.
constexpr TaskPath creator_of(TaskPath path) {
  TaskPath level = (TaskPath{1} << kPathBitsPerLevel) - 1;
  while (path != 0 && (path & level) == 0) level <<= kPathBitsPerLevel;
  return path & ~level;
}

/// `kInPlace` elements in place, as nearly always suffices.
template <class T, unsigned kInPlace>
class InlineStack {
 public:
  InlineStack() = default;
  InlineStack(const InlineStack&) = delete;
  InlineStack& operator=(const InlineStack&) = delete;

  /// One more than there is place for is a bug: the limit is stated, never silent.
  void push(const T& value) {
    FSW_ASSERT(size_ < capacity_, "a stack of fixed size is full");
    items_[size_++] = value;
  }
  /// Goes on in `more`, which frees nothing and outlives it: an execution's arena.
  void push(const T& value, std::pmr::memory_resource& more) {
    if (size_ == capacity_) [[unlikely]]
      grow(more);
    items_[size_++] = value;
  }
  void pop() { --size_; }
  /// Removes the latest element equal to `value`, if there is one.
  bool remove(const T& value) {
    for (unsigned i = size_; i-- > 0;) {
      if (!(items_[i] == value)) continue;
      for (unsigned j = i + 1; j < size_; ++j) items_[j - 1] = items_[j];
      --size_;
      return true;
    }
    return false;
  }
  unsigned size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const T& operator[](unsigned i) const { return items_[i]; }
  const T* begin() const { return items_; }
  const T* end() const { return items_ + size_; }

 private:
  void grow(std::pmr::memory_resource& more) {
    T* larger = static_cast<T*>(more.allocate(2 * capacity_ * sizeof(T), alignof(T)));
    std::copy_n(items_, size_, larger);
    items_ = larger;
    capacity_ *= 2;
  }

  unsigned size_ = 0;
  unsigned capacity_ = kInPlace;
  T* items_ = in_place_;
  T in_place_[kInPlace];  // only the elements pushed are ever read
};

enum class TaskState : std::uint8_t { starting, pending, running, ended };

struct Task {
  TaskId id = kNoTask;
  TaskId creator = kNoTask;
  TaskState state = TaskState::starting;
  bool abandoned_by_search = false;
  const char* name = "";  ///< as the scenario or the kernel calls it; static or arena storage
  std::uint32_t number =
      0;  ///< count of tasks of this creator and name born before; 0 for the first
  TaskPath path = 0;

  Operation pending;                 ///< announced, not yet carried out
  Object* pending_object = nullptr;  ///< nullptr: an operation on no object (spawn)

  InlineStack<const char*, 32> frames;       ///< modelled functions, outermost first
  InlineStack<const Object*, 256> held;      ///< locks, in the order taken
  InlineStack<Obligation*, 24> obligations;  ///< work that this task owes
  const Label* last_label = nullptr;
  std::uint32_t labels_passed = 0;
  std::uint32_t labels_in_step = 0;

  std::uint8_t spin_depth = 0;  ///< spinlock sections that the task is inside of
  bool spin_released = false;   ///< a spinlock was released in the step `spin_step`
  std::uint32_t spin_step = 0;  ///< step in which the outermost open section was entered

  VectorClock clock;
  std::uint8_t children_born = 0;
  std::uint32_t objects_born = 0;
  std::uint32_t steps = 0;

  Fiber fiber;
  void (*entry)(void*) = nullptr;
  void* argument = nullptr;
};

}  // namespace sim

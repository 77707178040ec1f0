/// The first elements of a stack in place: a task's frames and holdings cost no allocation.
#pragma once

#include <algorithm>
#include <memory_resource>

#include "sim/assert.hpp"

namespace sim {

/// A stack of plain values; `kInPlace` of them in place, as nearly always suffices.
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
  void erase(unsigned at) {
    std::copy(items_ + at + 1, items_ + size_, items_ + at);
    --size_;
  }
  void insert(unsigned at, const T& value, std::pmr::memory_resource& more) {
    push(value, more);
    std::rotate(items_ + at, items_ + size_ - 1, items_ + size_);
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

}  // namespace sim

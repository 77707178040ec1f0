/// Stack switching: pooled stacks with guard pages that are mapped once, and one switch that
/// carries the sanitizers' fiber calls. With sim/fiber_switch.hpp all that knows Boost.Context (raw
/// fcontext: 13 ns to set up on a pooled stack, where a mapped and guarded stack per task costs
/// 8500).
#pragma once

#include <cstddef>
#include <vector>

namespace sim {

/// The memory of a stack; it grows towards `bottom`.
struct Stack {
  void* bottom;
  std::size_t size;  ///< bytes
};

/// One control flow that can be switched to. The driver (the caller of an execution) is a Fiber
/// without a stack.
class Fiber {
 public:
  using Entry = void (*)(void* argument);  ///< must not return: its last act is a switch away

  /// Makes the fiber start at `entry(argument)` on a stack of `size` bytes that ends at `top` and
  /// begins at `bottom`.
  void prepare(void* bottom, std::size_t size, Entry entry, void* argument);

  /// Leaves `from` and goes on in `to`; returns when somebody switches back to `from`.
  /// With `dies`, `from` is never resumed. Defined in sim/fiber_switch.hpp.
  static void switch_to(Fiber& from, Fiber& to, bool dies = false);

  /// Of a fiber that was left and not ended: all of its stack that it will ever look at again.
  Stack stack_in_use() const;

 private:
  friend struct FiberSwitch;
  void* context_ = nullptr;
  const void* stack_bottom_ = nullptr;  ///< for the sanitizers
  std::size_t stack_size_ = 0;
  void* fake_stack_ = nullptr;
  Entry entry_ = nullptr;
  void* argument_ = nullptr;
};

/// Stacks of one size, each above a guard page. A stack goes back by `reset`; nothing is unmapped
/// before the end.
class StackPool {
 public:
  explicit StackPool(std::size_t stack_bytes);
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  Stack take();
  std::size_t taken() const { return next_; }
  /// The first `taken` stacks stay with who has them.
  void reset(std::size_t taken = 0) { next_ = taken; }

 private:
  std::size_t stack_bytes_;
  std::size_t next_ = 0;
  std::vector<Stack> stacks_;
};

}  // namespace sim

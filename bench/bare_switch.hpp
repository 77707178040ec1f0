/// Two of the anchors of every ratio: what stacks cost that hand over to each other by
/// Boost.Context's `jump_fcontext` and do nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "bench/bare_recorder.hpp"
#include "bench/rounds.hpp"
#include "sim/random.hpp"

namespace bench {

inline constexpr std::size_t kStackBytes = std::size_t{64} << 10;

/// Two stacks, back and forth.
class BareSwitch final : public Workload {
 public:
  BareSwitch() : stack_(new char[kStackBytes]) {}

  std::string_view name() const override { return "R: one way of a bare jump_fcontext"; }
  /// Counts one-way switches.
  std::uint64_t run() override;

 private:
  std::unique_ptr<char[]> stack_;
};

/// Three stacks, the next one drawn at random, and a bare event recorded; one that draws itself
/// goes on without a jump. What R lacks of a search's step: the processor cannot foresee the jump.
class RandomHandOver final : public Workload {
 public:
  RandomHandOver();

  std::string_view name() const override { return "H: a bare hand-over drawn at random, recorded"; }
  /// Counts draws.
  std::uint64_t run() override;

 private:
  static constexpr unsigned kStacks = 3;
  struct Stack {
    RandomHandOver* owner = nullptr;
    unsigned number = 0;
    void* context = nullptr;  ///< where it goes on
  };
  struct Access;

  std::unique_ptr<char[]> memory_;
  std::array<Stack, kStacks> stacks_;
  Stack driver_;
  sim::Random random_{1};
  BareRecorder recorder_;
  std::uint64_t left_ = 0;
};

}  // namespace bench

/// Several strategies in turn, since none wins everywhere: executions with few preemptions first
/// (they find most bugs, and what they find is easy to read), then PCT, which finds what needs one
/// exact order of a few steps, and a random walk, which finds what many orders show.
///
/// Which strategy makes an execution depends on its number alone:
///
///     number      strategy
///     [0, 8)      walk without preemption
///     [8, 64)     walk with at most one
///     [64, 256)   walk with at most two
///     from 256    even: PCT of depth 2 to 5, odd: random walk
///
/// Guarantee: that of the member, for the executions that it makes.
#pragma once

#include "sim/strategies/bounded_walk.hpp"
#include "sim/strategies/pct.hpp"
#include "sim/strategies/random_walk.hpp"

namespace sim {

class Portfolio final : public Sampling {
 public:
  Portfolio(const SampleRange& range, std::uint32_t steps);

  void begin(const Execution& execution) override;
  TaskId next_task(const Execution& execution) override { return member_->next_task(execution); }
  std::uint32_t choose(const Execution& execution, const char* what,
                       std::uint32_t options) override {
    return member_->choose(execution, what, options);
  }

 private:
  Sampling& member_for(std::uint64_t number);

  BoundedWalk without_preemption_;
  BoundedWalk one_preemption_;
  BoundedWalk two_preemptions_;
  Pct pct_;
  RandomWalk walk_;
  Sampling* member_ = nullptr;  ///< who makes this execution
};

}  // namespace sim

/// Random walk with few preemptions: a task goes on while it can, except after at most `bound`
/// steps drawn in advance, where another enabled task takes over; where a task cannot go on every
/// enabled one is equally likely.
///
/// Guarantee: an execution with at most `bound` preemptions has a probability of at least
/// (1/(n * k))^bound times the product of 1/|enabled| over the switches that are no preemptions,
/// with n tasks and k steps. Few preemptions are enough for most bugs (Musuvathi, Qadeer, PLDI
/// 2007).
#pragma once

#include "sim/strategies/sampling.hpp"

namespace sim {

class BoundedWalk final : public Sampling {
 public:
  static constexpr std::uint32_t kMaxBound = 16;

  /// `steps`: k; later than that nobody is preempted.
  BoundedWalk(const SampleRange& range, std::uint32_t bound, std::uint32_t steps)
      : Sampling(range), bound_(bound), steps_(steps) {
    FSW_ASSERT(bound <= kMaxBound, "a bounded walk takes at most 16 preemptions");
  }

  void begin(const Execution& execution) override;
  TaskId next_task(const Execution& execution) override;

 private:
  std::uint32_t bound_;
  std::uint32_t steps_;
  std::uint32_t preempt_at_[kMaxBound]{};  ///< after this many steps; as drawn, not ordered
};

}  // namespace sim

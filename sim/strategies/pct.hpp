/// PCT, probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS
/// 2010): tasks have random priorities, the highest enabled one runs, and after d-1 steps drawn in
/// advance the task that made the step falls to a low priority of its own.
///
/// Guarantee: an execution shows a bug of depth d (one that d ordering constraints are enough for)
/// with probability at least 1/(n * k^(d-1)), with n tasks and at most k steps.
///
/// The i-th change point gives the fixed priority i, whenever it comes: the demoted tasks can then
/// end up in any order among themselves. "Below everything so far" would force the latest to be
/// lowest, and loses the guarantee.
#pragma once

#include "sim/strategies/sampling.hpp"

namespace sim {

class Pct final : public Sampling {
 public:
  static constexpr std::uint32_t kMaxDepth = 16;

  /// Each execution draws its depth d from [least, most], all equally likely.
  struct Depths {
    std::uint32_t least = 2;
    std::uint32_t most = 5;
  };

  /// `steps`: k. In longer executions no priority changes beyond it, in shorter ones some change
  /// points are never met.
  Pct(const SampleRange& range, Depths depths, std::uint32_t steps)
      : Sampling(range), depths_(depths), steps_(steps) {
    FSW_ASSERT(0 < depths.least && depths.least <= depths.most && depths.most <= kMaxDepth,
               "PCT draws its depth from 1 to 16");
  }

  void begin(const Execution& execution) override;
  TaskId next_task(const Execution& execution) override;

 private:
  void demote(const Execution& execution);
  TaskId highest(const Execution& execution) const;

  Depths depths_;
  std::uint32_t steps_;

  // Of this execution.
  std::uint32_t changes_ = 0;             ///< d - 1
  std::uint32_t change_at_[kMaxDepth]{};  ///< after this many steps; as drawn, not ordered
  std::uint64_t priority_[kMaxTasks]{};   ///< by task; higher runs first
  std::uint64_t lowest_ = 0;              ///< for the planted mistake only
};

}  // namespace sim

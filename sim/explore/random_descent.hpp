/// Goes down the tree of all traces at random, and knows how likely it was to come where it came.
///
/// The tree is that of sleep sets without any reduction: from each point every task that is awake
/// can go on, and what comes before it in the order of the point sleeps below. Each trace is one
/// leaf of the tree; other leaves are executions that everything sleeps in. So one over the
/// probability of the leaf, or nothing where all sleep, has the number of traces as its mean
/// (Knuth, "Estimating the efficiency of backtrack programs", Mathematics of Computation 29, 1975).
///
/// How far such samples lie apart is decided by how the tasks are drawn. Reduction would know
/// which ones need not be run from a point; a descent has not seen what lies below. What other
/// descents saw is as good nearly always: tasks that race with nobody go on (Contention), the
/// others are drawn by how much was found below (BranchSizes) and until then as URW would draw
/// them, and what should lead nowhere is drawn rarely. Where such a guess is wrong samples lie
/// further apart, and their mean stays what it is.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/explore/branch_sizes.hpp"
#include "sim/explore/contention.hpp"
#include "sim/explore/dpor.hpp"
#include "sim/random.hpp"

namespace sim {

/// What a step sleeps with is known only once it has been made: a descent takes several executions,
/// most of them cut short. It ends with the one after which `advance` returns false, and the next
/// one can start.
class RandomDescent final : public Dpor {
 public:
  /// Begins descent `number` of `seed`. What it draws depends on the descents before, too.
  void start(std::uint64_t seed, std::uint64_t number);

  /// What the latest descent counts for: one over the probability of a trace; 0: it came to none.
  double traces() const { return redundant() ? 0 : over_probability_; }

 private:
  /// Who can go on from a point; those before `chosen` are looked at, and sleep from then on.
  struct Plan {
    std::vector<TaskId> order;
    std::uint32_t chosen = 0;
    std::uint32_t at = 0;
    BranchSizes::Taken taken;
    double over_probability = 1;  ///< of all down to the branch
  };

  void enter(const Execution& execution, std::uint32_t step) override;
  void reverse_races(const Execution& execution) override;
  bool can_vary(std::uint32_t step) override { return looks_ahead(step); }
  bool vary(std::uint32_t step) override;
  bool settles(std::uint32_t step) const override;
  std::uint32_t settle(std::span<const std::uint32_t> values) override;

  bool looks_ahead(std::uint32_t step) const { return plans_[step].at < plans_[step].chosen; }
  void stand(const Execution& execution, std::uint32_t step);
  void draw(TaskMask awake, Plan& plan);
  void draw_among(TaskMask awake, std::uint32_t members, Plan& plan);
  void weigh(std::uint32_t members);

  Random random_{0};
  double over_probability_ = 1;  ///< of what was drawn so far
  Contention contention_;
  BranchSizes sizes_;
  std::vector<Plan> plans_;                 ///< point ->
  std::vector<Contention::Standing> live_;  ///< scratch: who made the latest step comes first
  std::vector<std::size_t> order_;          ///< scratch: of `live_`, as in the plan
  std::vector<double> shares_;              ///< scratch
};

}  // namespace sim

/// Exhaustive search with optimal dynamic partial order reduction: wakeup trees and sleep sets
/// (Abdulla, Aronis, Jonsson, Sagonas, "Source Sets: A Foundation for Optimal Dynamic Partial Order
/// Reduction", JACM 2017). Every Mazurkiewicz trace is run once, and nothing else.
///
/// What a step will do is known for certain only where nothing that it reads has changed. A
/// reversal ends with one step of which that is not so; what is foreseen of it is the least that it
/// does (Events::foresee).
#pragma once

#include "sim/explore/dpor.hpp"
#include "sim/explore/wakeup_trees.hpp"

namespace sim {

class OptimalDpor final : public Dpor {
 public:
  OptimalDpor() = default;
  /// One unit of the search. Executions that begin as others do which sleep in the unit may be cut
  /// short as repetitions.
  explicit OptimalDpor(const SearchUnit& unit) : Dpor(unit) {}

  const WakeupTrees& trees() const { return trees_; }

 private:
  void enter(const Execution& execution, std::uint32_t step) override;
  void reverse_races(const Execution& execution) override;
  void reverse(const Execution& execution, const Race& race);
  bool can_vary(std::uint32_t step) override;
  bool vary(std::uint32_t step) override;
  void follow(std::uint32_t step, TaskId task, WakeupTrees::Branch branch);

  WakeupTrees trees_;
  std::vector<WakeupTrees::Branch> pending_;         ///< point -> what is still to be run from it
  WakeupTrees::Branch handed_ = WakeupTrees::kNone;  ///< tree of the point that comes next
  std::vector<Event> reversal_;                      ///< scratch
  std::vector<Touch> foreseen_;                      ///< scratch
};

}  // namespace sim

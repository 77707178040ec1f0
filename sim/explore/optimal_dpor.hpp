/// Exhaustive search with optimal dynamic partial order reduction: wakeup trees and sleep sets
/// (Abdulla, Aronis, Jonsson, Sagonas, "Source Sets: A Foundation for Optimal Dynamic Partial Order
/// Reduction", JACM 2017). Every Mazurkiewicz trace is run once, and nothing else.
///
/// What a step will do is known for certain only where nothing that it reads has changed. A
/// reversal ends with one step of which that is not so; what is foreseen of it is the least that it
/// does (Events::foresee).
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "sim/explore/dpor.hpp"
#include "sim/explore/wakeup_trees.hpp"

namespace sim {

class OptimalDpor final : public Dpor {
 public:
  static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

  /// The whole search, or one unit of it. Executions that begin as others do which sleep in the
  /// unit may be cut short as repetitions. `most_bytes`: gives up beyond.
  explicit OptimalDpor(const SearchUnit& unit = {}, std::size_t most_bytes = kUnlimited)
      : Dpor(unit), most_bytes_(most_bytes) {}

  bool advance() override;
  std::string_view gave_up() const override { return gave_up_; }

  const WakeupTrees& trees() const { return trees_; }
  /// What it remembers from one execution to the next: that grows with the length of executions and
  /// the breadth of the wakeup trees, not with the number of executions.
  std::size_t bytes() const { return trees_.bytes() + Dpor::bytes(); }

 private:
  void enter(const Execution& execution, std::uint32_t step) override;
  void reverse_races(const Execution& execution) override;
  void reverse(const Execution& execution, const Race& race);
  void reverse_strangers(const Execution& execution, std::uint32_t step);
  bool can_vary(std::uint32_t step) override;
  bool vary(std::uint32_t step) override;
  void follow(std::uint32_t step, TaskId task, WakeupTrees::Branch branch);

  std::size_t most_bytes_;
  std::string gave_up_;
  WakeupTrees trees_;
  std::vector<WakeupTrees::Branch> pending_;         ///< point -> what is still to be run from it
  WakeupTrees::Branch handed_ = WakeupTrees::kNone;  ///< tree of the point that comes next
  std::vector<std::uint32_t> left_out_;              ///< scratch
  std::vector<Event> reversal_;                      ///< scratch
  std::vector<Touch> foreseen_;                      ///< scratch
};

}  // namespace sim

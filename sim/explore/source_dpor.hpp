/// Exhaustive search with source sets and sleep sets (Abdulla, Aronis, Jonsson, Sagonas, POPL
/// 2014), as a check on the optimal one: it keeps no sequences, only tasks to start with. Every
/// Mazurkiewicz trace is run to its end once; further executions end early, when everything enabled
/// is asleep, and are counted as redundant.
#pragma once

#include "sim/explore/dpor.hpp"

namespace sim {

class SourceDpor final : public Dpor {
 private:
  void enter(const Execution& execution, std::uint32_t step) override;
  void reverse_races(const Execution& execution) override;
  void reverse(const Execution& execution, const Race& race);
  bool can_vary(std::uint32_t step) override;
  bool vary(std::uint32_t step) override;
  TaskMask initials(const Execution& execution, const Race& race) const;

  std::vector<TaskMask> backtrack_;  ///< point -> who is to be run from it
};

}  // namespace sim

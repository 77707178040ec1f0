/// How many executions a strategy needs until it first shows what a case expects.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/scenario/scenario.hpp"

namespace testing {

/// Executions until the first finding, over `kSeeds` seeds, each stopped after `kMost`.
struct Needed {
  static constexpr std::uint64_t kSeeds = 100;
  static constexpr std::uint64_t kMost = 2000;

  std::vector<std::uint64_t> executions;  ///< ascending; kMost + 1: not found

  /// Median and its 95 % interval, from the ranks 40 and 61 of 100 (binomial, whatever the
  /// distribution); "> 2000" where that many seeds found nothing.
  std::string text() const;
};

/// A case that has a finding, by a search or by its schedule.
struct CaseWithFinding {
  std::string file;  ///< "btrfs/writeback-vs-reclaim"
  const scenario::Scenario* scenario;
  const scenario::Case* the_case;
};

/// Whose search is said to find something.
bool expects_finding(const scenario::Case& the_case);

Needed executions_needed(const CaseWithFinding& wanted, scenario::Search::Strategy strategy);

}  // namespace testing

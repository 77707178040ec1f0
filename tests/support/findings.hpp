/// What the unit tests ask of findings.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>

#include "sim/execution.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "tests/support/brute_force.hpp"
#include "tests/support/programs.hpp"

namespace testing {

inline std::size_t count(const sim::Execution& execution, sim::FindingKind kind) {
  std::size_t found = 0;
  for (const sim::Finding& finding : execution.findings()) found += finding.kind == kind ? 1 : 0;
  return found;
}

inline const sim::Finding* find(const sim::Execution& execution, sim::FindingKind kind) {
  for (const sim::Finding& finding : execution.findings())
    if (finding.kind == kind) return &finding;
  return nullptr;
}

/// Every kind of finding that some interleaving of `start` shows. Brute force and the reduced
/// search must agree.
struct Search {
  Explored all;
  std::string difference;

  bool shows(sim::FindingKind kind) const {
    const std::string word(sim::traits(kind).word);
    for (const std::string& finding : all.findings())
      if (finding.starts_with(word)) return true;
    return false;
  }
};

inline Search search(std::function<void(sim::Execution&)> start,
                     const sim::ExecutionOptions& options = {}) {
  Start model(std::move(start));
  Search result{brute_force(model, 1'000'000, options), ""};
  sim::OptimalDpor exhaustive;
  result.difference = difference(result.all, explore_all(model, exhaustive, 1'000'000, options));
  return result;
}

}  // namespace testing

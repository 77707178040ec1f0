// The class that an invariant of the core declares says why a reduced search sees it broken. The
// proof by brute force: a search that goes on from every state that can be reached (beginnings that
// differ in the order of independent steps only lead to one) measures it in all of them.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "core/scenario/case_runner.hpp"
#include "core/scenario/scenario.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using Strategy = scenario::Search::Strategy;

/// Invariants that the search has seen broken, and how far off.
std::set<std::string> broken(const sim::SearchResult& result) {
  std::set<std::string> signatures;
  for (const sim::SeenFinding& seen : result.findings)
    if (seen.finding.kind == sim::FindingKind::invariant ||
        seen.finding.kind == sim::FindingKind::advisory)
      signatures.insert(seen.finding.signature());
  return signatures;
}

sim::SearchResult searched(scenario::CaseRunner& runner, bool every_state, std::uint64_t max_runs) {
  scenario::Search how;
  how.strategy = Strategy::exhaustive;
  if (every_state) how.preemptions = 1'000'000;
  scenario::SearchLimits limits;
  limits.max_runs = max_runs;
  return runner.search(how, limits).result;
}

/// The cases that end within so many executions.
void compare(std::uint64_t max_runs) {
  std::size_t compared = 0;
  std::map<std::string, std::size_t> seen;
  for (const support::ScenarioFile& file : support::scenario_files()) {
    const scenario::Scenario read = scenario::read_scenario(file.path);
    for (const scenario::Case& the_case : read.cases) {
      if (the_case.search.strategy != Strategy::exhaustive ||
          the_case.tier != scenario::Case::Tier::quick)
        continue;
      scenario::CaseRunner runner(read, the_case);
      const sim::SearchResult all = searched(runner, true, max_runs);
      if (!all.exhausted || all.preemption_bound) continue;
      ++compared;
      INFO(file.name << " " << the_case.name);
      CHECK(broken(searched(runner, false, max_runs)) == broken(all));
      for (const sim::SeenFinding& finding : all.findings) ++seen[finding.finding.name];
    }
  }
  std::string names;
  for (const auto& [name, cases] : seen) names += " " + name;
  MESSAGE(compared << " cases; findings:" << names);
  CHECK(compared >= 5);
  CHECK(seen.size() >= 3);
}

}  // namespace

TEST_CASE("A reduced search of a scenario sees every invariant broken that some state breaks") {
  compare(4'000);
}

TEST_CASE("So it does of larger scenarios" * doctest::test_suite("long")) { compare(40'000); }

// Classes of scenarios hang on a few of a hundred steps. A sampler that does not know which ones
// misses most of them.
#include "sim/explore/trace_estimate.hpp"

#include <cmath>
#include <cstdint>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "core/scenario/case_runner.hpp"
#include "core/scenario/input_file.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using scenario::Case;

struct Coverage {
  std::uint32_t trusted = 0;  ///< estimates that are not doubtful
  std::uint32_t trusted_hits = 0;
  std::uint32_t hits = 0;  ///< of all: what they say is true; a doubtful one gives no upper end
  double mean = 0;         ///< of all
  double error = 0;        ///< standard error of that
};

Coverage coverage_of(const scenario::Scenario& scenario, const Case& the_case, double classes,
                     std::uint32_t seeds) {
  const scenario::CasePlan plan = scenario::plan_case(scenario, the_case);
  scenario::World world(scenario, plan.fixes);
  sim::Execution execution(plan.options);
  Coverage coverage;
  double squares = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const sim::TraceEstimate estimate =
        sim::estimate_traces(execution, world, seed, {.samples = 300});
    const bool below = classes <= estimate.high || estimate.doubtful();
    const bool holds = estimate.low <= classes && below;
    coverage.hits += holds ? 1 : 0;
    coverage.trusted += estimate.doubtful() ? 0 : 1;
    coverage.trusted_hits += !estimate.doubtful() && holds ? 1 : 0;
    coverage.mean += estimate.mean / seeds;
    squares += estimate.mean * estimate.mean / seeds;
  }
  coverage.error = std::sqrt((squares - coverage.mean * coverage.mean) / seeds);
  return coverage;
}

bool is_counted(const Case& the_case) {
  return the_case.schedule.empty() && the_case.tier == Case::Tier::quick &&
         the_case.search.strategy == scenario::Search::Strategy::exhaustive;
}

/// Of cases with as many classes one stands for all. `few_doubtful`: most estimates have to be of
/// use. How many numbers of classes it looked at.
std::size_t check(const support::ScenarioFile& file, std::uint32_t seeds, bool few_doubtful) {
  const scenario::Scenario scenario = scenario::read_scenario(file.path);
  std::set<std::uint64_t> looked_at;
  for (const Case& the_case : scenario.cases) {
    if (!is_counted(the_case)) continue;
    INFO(file.name << ": " << the_case.name);
    scenario::CaseRunner runner(scenario, the_case);
    const sim::SearchResult result = runner.search(the_case.search, {}).result;
    if (!result.complete() || result.preemption_bound || !runner.estimate()) continue;
    if (!looked_at.insert(result.executions).second) continue;
    const auto classes = static_cast<double>(result.executions);
    const Coverage coverage = coverage_of(scenario, the_case, classes, seeds);
    MESSAGE(result.executions << " classes; mean " << coverage.mean << " +- " << coverage.error
                              << "; " << coverage.hits << " of " << seeds << " cover, "
                              << seeds - coverage.trusted << " are called doubtful");
    CHECK(10 * coverage.hits >= 9 * seeds);
    // Two of a hundred say nothing about a share.
    if (10 * coverage.trusted >= seeds) CHECK(10 * coverage.trusted_hits >= 9 * coverage.trusted);
    if (few_doubtful) CHECK(10 * coverage.trusted >= 9 * seeds);
  }
  return looked_at.size();
}

}  // namespace

TEST_CASE("Estimates of a scenario cover its classes, or are called doubtful") {
  for (const support::ScenarioFile& file : support::scenario_files())
    if (file.name == "ext4/page_mkwrite-vs-fallocate" ||
        file.name == "ext4/bigalloc_write-vs-page_mkwrite")
      CHECK(check(file, 20, true) > 0);
}

TEST_SUITE("long") {
  TEST_CASE("Estimates of all scenarios cover their classes, or are called doubtful") {
    std::size_t looked_at = 0;
    for (const support::ScenarioFile& file : support::scenario_files())
      looked_at += check(file, 100, false);
    CHECK(looked_at > 0);
  }
}

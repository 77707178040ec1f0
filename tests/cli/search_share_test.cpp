#include "core/scenario/search_share.hpp"

#include <algorithm>
#include <utility>

#include <doctest/doctest.h>

#include "cli/search_text.hpp"
#include "core/scenario/case_runner.hpp"
#include "core/scenario/input_file.hpp"
#include "core/scenario/limits.hpp"
#include "tests/cli/program.hpp"

namespace {

/// All units of a search with what came of each.
std::vector<scenario::UnitOutcome> run_all(const scenario::Scenario& scenario,
                                           const std::string& case_name,
                                           const scenario::Search& how) {
  scenario::CaseRunner runner(scenario, *scenario.find_case(case_name));
  std::vector<scenario::Unit> left = first_units(how);
  std::vector<scenario::UnitOutcome> outcomes;
  while (!left.empty()) {
    const scenario::Unit unit = std::move(left.back());
    left.pop_back();
    CHECK(cli::unit_of_line(cli::to_line(unit)) == unit);
    outcomes.push_back(runner.run_unit(how, unit, {}));
    const auto& rest = outcomes.back().rest;
    left.insert(left.end(), rest.begin(), rest.end());
  }
  return outcomes;
}

/// Adds up in the order given; what a unit found goes through its text.
scenario::SearchShare sum_of(const std::vector<scenario::UnitOutcome>& outcomes) {
  scenario::SearchShare sum;
  for (const scenario::UnitOutcome& outcome : outcomes) {
    const scenario::UnitOutcome read = cli::outcome_of_line(cli::to_line(outcome));
    CHECK(cli::to_line(read) == cli::to_line(outcome));
    sum.add(read.share);
  }
  return sum;
}

void check_orders(std::vector<scenario::UnitOutcome> outcomes) {
  REQUIRE(outcomes.size() > 3);
  const scenario::SearchShare sum = sum_of(outcomes);
  const std::string text = cli::to_line(sum);
  std::reverse(outcomes.begin(), outcomes.end());
  CHECK(cli::to_line(sum_of(outcomes)) == text);
  const auto middle = outcomes.begin() + static_cast<std::ptrdiff_t>(outcomes.size() / 3);
  std::rotate(outcomes.begin(), middle, outcomes.end());
  CHECK(cli::to_line(sum_of(outcomes)) == text);
  // Two halves that were added up apart.
  scenario::SearchShare halves = sum_of({outcomes.begin(), middle});
  halves.add(sum_of({middle, outcomes.end()}));
  CHECK(cli::to_line(halves) == text);
}

/// What does not depend on how a search was divided, whatever its strategy.
void check_totals(const sim::SearchResult& sum, const sim::SearchResult& whole) {
  CHECK(sum.executions == whole.executions);
  CHECK(sum.clean == whole.clean);
  CHECK(sum.deadlocks == whole.deadlocks);
  CHECK(sum.final_states == whole.final_states);
  CHECK(sum.labels == whole.labels);
  CHECK(sum.window_entered == whole.window_entered);
  REQUIRE(sum.findings.size() == whole.findings.size());
}

/// A unit of one execution with these findings: name and step.
scenario::SearchShare unit_with(std::uint32_t id,
                                const std::vector<std::pair<std::string, std::uint32_t>>& found) {
  scenario::SearchShare share;
  std::vector<std::uint32_t> all;
  for (const auto& [name, step] : found) {
    sim::Finding finding{sim::FindingKind::invariant, name, name, step, 0};
    all.push_back(static_cast<std::uint32_t>(share.result.findings.size()));
    share.result.index_of[finding.signature()] = all.back();
    share.result.findings.push_back({finding, 1, 0, {}});
    share.seen_in.push_back({id});
  }
  share.result.executions = 1;
  share.result.combinations[all] = 1;
  return share;
}

}  // namespace

TEST_CASE("findings of one execution stand in the order of its steps, whatever was added first") {
  const scenario::SearchShare first = unit_with(0, {{"z", 3}, {"b", 5}, {"a", 5}, {"m", 9}});
  const scenario::SearchShare second = unit_with(1, {{"m", 1}, {"a", 2}, {"b", 2}});
  scenario::SearchShare one;
  one.add(first);
  one.add(second);
  scenario::SearchShare other;
  other.add(second);
  other.add(first);
  std::string names;
  for (const sim::SeenFinding& seen : one.result.findings) names += seen.finding.name;
  CHECK(names == "zabm");
  CHECK(cli::to_line(one) == cli::to_line(other));
}

TEST_CASE("What units of a seed found is the same sum in any order, and that of the whole search") {
  const program::Directory directory;
  const scenario::Scenario scenario =
      scenario::read_scenario(directory.write("leak.json", program::kLeak));
  scenario::Search how = scenario.find_case("sampled")->search;
  const auto outcomes = run_all(scenario, "sampled", how);
  check_orders(outcomes);
  const scenario::SearchShare sum = sum_of(outcomes);
  scenario::CaseRunner runner(scenario, *scenario.find_case("sampled"));
  const sim::SearchResult whole = runner.search(how, {}).result;
  check_totals(sum.result, whole);
  CHECK(sum.result.combinations == whole.combinations);
  CHECK(sum.result.traces.different() == whole.traces.different());
  for (std::size_t i = 0; i < whole.findings.size(); ++i) {
    CHECK(sum.result.findings[i].finding.text == whole.findings[i].finding.text);
    CHECK(sum.result.findings[i].executions == whole.findings[i].executions);
    CHECK(sum.result.findings[i].first_run == whole.findings[i].first_run);
    CHECK(sum.result.findings[i].witness == whole.findings[i].witness);
  }
}

TEST_CASE("What units of a tree found is the same sum in any order, and that of the whole search") {
  const scenario::Scenario scenario =
      scenario::read_scenario(FSWEAVE_SOURCE_ROOT "/scenarios/btrfs/writeback-vs-truncate.json");
  const scenario::Case& the_case = *scenario.find_case("btrfs-5.9");
  const auto outcomes = run_all(scenario, the_case.name, the_case.search);
  check_orders(outcomes);
  const scenario::SearchShare sum = sum_of(outcomes);
  scenario::CaseRunner runner(scenario, the_case);
  const sim::SearchResult whole = runner.search(the_case.search, {}).result;
  CHECK(whole.redundant == 0);
  check_totals(sum.result, whole);
  for (const auto& [signature, index] : whole.index_of) {
    const auto here = sum.result.index_of.find(signature);
    REQUIRE(here != sum.result.index_of.end());
    CHECK(sum.result.findings[here->second].executions == whole.findings[index].executions);
  }
}

TEST_CASE("A search of as many runs as can be asked for is not of more units than fit in memory") {
  scenario::Search how;
  how.strategy = scenario::Search::Strategy::random;
  how.runs = scenario::kMostRuns;
  const std::vector<scenario::Unit> units = first_units(how);
  CHECK(units.size() <= 100'000);
  CHECK(units.front().first + units.front().runs == how.runs);
}

TEST_CASE("A line that is no unit and no outcome is refused") {
  for (const char* line :
       {"", "{", "[]", "{\"id\":[1]}", "{\"share\":{}}", "{\"id\":\"x\",\"runs\":1}"}) {
    CHECK_THROWS_AS(cli::unit_of_line(line), cli::DamagedText);
    CHECK_THROWS_AS(cli::outcome_of_line(line), cli::DamagedText);
  }
}

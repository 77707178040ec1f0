/// Runs cases: one execution under a schedule, or many under a search. Prints nothing and judges
/// nothing beyond its own findings; `expectation.hpp` compares with what the file says.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/scenario/case_plan.hpp"
#include "core/scenario/scenario.hpp"
#include "core/scenario/search_share.hpp"
#include "core/scenario/stages.hpp"
#include "core/scenario/world.hpp"
#include "sim/execution.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/explore/trace_estimate.hpp"
#include "sim/schedule.hpp"
#include "sim/strategies/directed.hpp"
#include "sim/strategies/replay.hpp"
#include "sim/trace.hpp"

namespace scenario {

/// A kind of finding of one name, over all executions of a search.
struct FindingGroup {
  sim::FindingKind kind;
  std::string name;
  std::uint64_t executions = 0;  ///< that show it and repeat no other
  std::vector<std::uint32_t>
      members;            ///< indices in SearchResult::findings: other numbers in the text
  sim::Schedule witness;  ///< the least one (struct Witness)
};

struct SearchLimits {
  std::uint64_t max_runs = 0;                     ///< 0: none
  std::size_t most_bytes = std::size_t{1} << 30;  ///< that the search may remember
  /// Called after each execution; false ends the search.
  std::function<bool(const sim::SearchResult&)> progress;
  /// Called before each execution of a search that samples with its number.
  std::function<void(std::uint64_t)> before_run;
};

struct SearchOutcome {
  sim::SearchResult result;
  std::vector<FindingGroup> groups;  ///< in the order of first sight
};

/// The findings of all units of a search together.
std::vector<FindingGroup> groups_of(const SearchShare& share);

/// One case on one execution object; runs can follow each other. What `execution()` shows is the
/// latest run. `scenario` and `wanted` must outlive it.
class CaseRunner {
 public:
  /// Throws InputError for unknown names and what is not modelled.
  CaseRunner(const Scenario& scenario, const Case& wanted);

  const Scenario& scenario() const { return scenario_; }
  const Case& the_case() const { return case_; }
  const CasePlan& plan() const { return plan_; }
  const sim::Execution& execution() const { return *execution_; }
  const World& world() const { return world_; }

  /// The case's own schedule, narrated; without one the fixed order: each task to its end.
  /// Returns where it left the schedule.
  std::vector<sim::Departure> follow_schedule();

  /// Counters at each stage of the latest `follow_schedule`.
  const std::vector<Stage>& stages() const { return stages_; }

  /// A schedule as the command line has it, narrated; then by the fixed order.
  std::optional<sim::Divergence> follow(const sim::Schedule& schedule);

  /// Every step of a trace, with the trace's options; compares the whole execution with it.
  std::optional<sim::Divergence> follow(const sim::TraceFile& trace);

  /// Execution `number` of a search that samples, narrated.
  void follow_sample(const Search& how, std::uint64_t number);

  /// How many traces the case has, from some hundred executions; always the same. None where not
  /// every order of independent steps may come: a window is held, or the teardown explored. None of
  /// executions of thousands of steps, either.
  std::optional<sim::TraceEstimate> estimate() const;

  /// A search in one piece.
  SearchOutcome search(const Search& how, const SearchLimits& limits);

  /// A unit of a search that is divisible; always of the same search for one runner. `max_runs`
  /// limits nothing, `most_bytes` this unit alone.
  UnitOutcome run_unit(const Search& how, const Unit& unit, const SearchLimits& limits);

  /// Head of a trace of the latest run. `strategy`: what picked the tasks; `name` of the scenario
  /// as the trace will name it.
  sim::TraceAbout about(const std::string& name, const std::string& strategy) const;

 private:
  void run_narrated(sim::Strategy& strategy);

  const Scenario& scenario_;
  const Case& case_;
  CasePlan plan_;
  World world_;
  std::vector<Stage> stages_;
  std::unique_ptr<sim::Execution> execution_;
  std::unique_ptr<sim::Search> sampling_;  ///< of the units
};

}  // namespace scenario

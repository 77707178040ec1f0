#include "core/scenario/case_runner.hpp"

#include <algorithm>
#include <tuple>

#include "core/scenario/digest.hpp"
#include "core/scenario/search_strategies.hpp"
#include "sim/assert.hpp"
#include "sim/explore/search.hpp"

namespace scenario {
namespace {

/// How hard an execution is to read: switches between tasks, then steps.
using Size = std::pair<std::uint32_t, std::uint32_t>;

Size size_of(const sim::Record& record) {
  std::uint32_t switches = 0;
  for (std::uint32_t i = record.explored_begin + 1; i < record.explored_end; ++i)
    if (record.steps[i].actor != record.steps[i - 1].actor) ++switches;
  return {switches, record.explored_end - record.explored_begin};
}

/// Lets another search choose and keeps the smallest witness of each kind of finding.
class KeepingWitnesses final : public sim::Search {
 public:
  struct Kept {
    sim::FindingKind kind;
    std::string name;
    Size size;
    sim::Schedule witness;
  };

  KeepingWitnesses(sim::Search& search, const sim::Execution& execution, const SearchLimits& limits)
      : search_(search), execution_(execution), limits_(limits) {}

  void begin(const sim::Execution& execution) override {
    if (limits_.before_run) limits_.before_run(run_);
    ++run_;
    search_.begin(execution);
  }
  sim::TaskId next_task(const sim::Execution& execution) override {
    return search_.next_task(execution);
  }
  std::uint32_t choose(const sim::Execution& execution, const char* what,
                       std::uint32_t options) override {
    return search_.choose(execution, what, options);
  }
  void end(const sim::Execution& execution) override { search_.end(execution); }
  bool redundant() const override { return search_.redundant(); }
  bool complete() const override { return search_.complete(); }

  /// Called when the execution is over, findings of its teardown included.
  bool advance() override {
    if (!execution_.findings().empty()) keep();
    return search_.advance();
  }

  const std::vector<Kept>& kept() const { return kept_; }

 private:
  void keep() {
    const Size size = size_of(execution_.record());
    for (const sim::Finding& finding : execution_.findings()) {
      const auto known = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
        return kept.kind == finding.kind && kept.name == finding.name;
      });
      if (known == kept_.end()) {
        kept_.push_back({finding.kind, finding.name, size, sim::schedule_of(execution_.record())});
      } else if (size < known->size) {
        known->size = size;
        known->witness = sim::schedule_of(execution_.record());
      }
    }
  }

  sim::Search& search_;
  const sim::Execution& execution_;
  const SearchLimits& limits_;
  std::uint64_t run_ = 0;
  std::vector<Kept> kept_;
};

std::vector<FindingGroup> groups_of(const sim::SearchResult& result,
                                    const std::vector<KeepingWitnesses::Kept>& kept) {
  std::vector<FindingGroup> groups;
  for (const auto& known : kept) {
    FindingGroup group{known.kind, known.name, 0, {}, known.witness};
    for (std::uint32_t i = 0; i < result.findings.size(); ++i) {
      const sim::Finding& finding = result.findings[i].finding;
      if (finding.kind == known.kind && finding.name == known.name) group.members.push_back(i);
    }
    for (const auto& [shown, executions] : result.combinations) {
      const bool shows = std::any_of(shown.begin(), shown.end(), [&](std::uint32_t index) {
        return std::find(group.members.begin(), group.members.end(), index) != group.members.end();
      });
      if (shows) group.executions += executions;
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace

CaseRunner::CaseRunner(const Scenario& scenario, const Case& wanted)
    : scenario_(scenario),
      case_(wanted),
      plan_(plan_case(scenario, wanted)),
      world_(scenario, plan_.fixes),
      execution_(std::make_unique<sim::Execution>(plan_.options)) {}

void CaseRunner::run_narrated(sim::Strategy& strategy) {
  execution_->options() = plan_.options;
  execution_->options().narrate = true;
  execution_->run(world_, strategy);
}

std::vector<sim::Departure> CaseRunner::follow_schedule() {
  sim::DirectedStrategy directed(plan_.directives, case_.guide);
  run_narrated(directed);
  stages_ = stages_of(case_, *execution_, directed);
  return directed.departures();
}

std::optional<sim::Divergence> CaseRunner::follow(const sim::Schedule& schedule) {
  sim::ReplayStrategy replay(sim::recording_of(schedule));
  run_narrated(replay);
  return replay.divergence();
}

std::optional<sim::Divergence> CaseRunner::follow(const sim::TraceFile& trace) {
  sim::ReplayStrategy replay(sim::recording_of(trace));
  execution_->options() = plan_.options;
  sim::ExecutionOptions& options = execution_->options();
  options.max_steps = trace.options.max_steps;
  options.narrate = trace.options.narrate;
  options.detect_races = trace.options.detect_races;
  options.explore_teardown = trace.options.explore_teardown;
  execution_->run(world_, replay);
  std::optional<sim::Divergence> difference = replay.divergence();
  if (!difference)
    difference = sim::first_difference(trace, sim::trace_of(*execution_, trace.about));
  if (!options.narrate) {
    options.narrate = true;
    execution_->run(world_, replay);
  }
  return difference;
}

void CaseRunner::follow_sample(const Search& how, std::uint64_t number) {
  execution_->options() = plan_.options;
  run_narrated(*make_search(how, number, *execution_, world_));
}

SearchOutcome CaseRunner::search(const Search& how, const SearchLimits& limits) {
  execution_->options() = plan_.options;
  const std::unique_ptr<sim::Search> chosen = make_search(how, 0, *execution_, world_);
  KeepingWitnesses keeping(*chosen, *execution_, limits);
  sim::ExploreOptions options;
  options.max_runs = limits.max_runs;
  options.count_traces = samples(how.strategy);
  options.progress = limits.progress;
  SearchOutcome outcome;
  outcome.result = sim::explore(*execution_, world_, keeping, options);
  outcome.groups = groups_of(outcome.result, keeping.kept());
  return outcome;
}

sim::TraceAbout CaseRunner::about(const std::string& name, const std::string& strategy) const {
  sim::TraceAbout about;
  about.scenario = name;
  about.scenario_digest = scenario_digest(scenario_, case_);
  about.fixes = plan_.fixes_text;
  about.strategy = strategy;
  about.case_name = case_.name;
  return about;
}

}  // namespace scenario

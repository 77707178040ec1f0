#include "core/scenario/case_runner.hpp"

#include <algorithm>
#include <compare>
#include <iterator>
#include <utility>

#include "core/scenario/digest.hpp"
#include "core/scenario/search_strategies.hpp"
#include "sim/assert.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "sim/explore/search.hpp"
#include "sim/strategies/profile.hpp"
#include "sim/strategies/sampling.hpp"

namespace scenario {
namespace {

/// How hard an execution is to read.
struct Size {
  std::uint32_t switches = 0;  ///< between tasks
  std::uint32_t steps = 0;

  friend auto operator<=>(const Size&, const Size&) = default;
};

Size size_of(const sim::Record& record) {
  Size size{0, record.explored_end - record.explored_begin};
  for (std::uint32_t i = record.explored_begin + 1; i < record.explored_end; ++i)
    if (record.steps[i].actor != record.steps[i - 1].actor) ++size.switches;
  return size;
}

/// Lets another search choose and keeps the least witness of each kind of finding.
class KeepingWitnesses final : public sim::Search {
 public:
  /// `first`: number of the first execution.
  KeepingWitnesses(sim::Search& search, const sim::Execution& execution, const SearchLimits& limits,
                   std::uint64_t first, SearchShare& share)
      : search_(search), execution_(execution), limits_(limits), run_(first), share_(share) {}

  void begin(const sim::Execution& execution) override {
    announce_run();
    search_.begin(execution);
  }
  void resume(const sim::Execution& execution) override {
    announce_run();
    search_.resume(execution);
  }
  sim::TaskId next_task(const sim::Execution& execution) override {
    return search_.next_task(execution);
  }
  std::uint32_t choose(const sim::Execution& execution, const char* what,
                       std::uint32_t options) override {
    return search_.choose(execution, what, options);
  }
  void end(const sim::Execution& execution) override { search_.end(execution); }
  std::uint32_t shared() const override { return search_.shared(); }
  bool redundant() const override { return search_.redundant(); }
  bool complete() const override { return search_.complete(); }
  std::optional<std::uint32_t> preemption_bound() const override {
    return search_.preemption_bound();
  }
  std::string_view gave_up() const override { return search_.gave_up(); }

  /// Called when the execution is over, findings of its teardown included.
  bool advance() override {
    if (!execution_.findings().empty()) keep();
    return search_.advance();
  }

 private:
  void announce_run() {
    if (limits_.before_run) limits_.before_run(run_);
    ++run_;
  }
  void keep() {
    const Size size = size_of(execution_.record());
    std::string text;
    for (const sim::Finding& finding : execution_.findings()) {
      const auto known = std::find_if(
          share_.witnesses.begin(), share_.witnesses.end(), [&](const Witness& witness) {
            return witness.kind == finding.kind && witness.name == finding.name;
          });
      if (known != share_.witnesses.end() && Size{known->switches, known->steps} < size) continue;
      if (text.empty()) text = sim::to_text(sim::schedule_of(execution_.record()));
      share_.add(Witness{finding.kind, finding.name, size.switches, size.steps, text});
    }
  }

  sim::Search& search_;
  const sim::Execution& execution_;
  const SearchLimits& limits_;
  std::uint64_t run_ = 0;
  SearchShare& share_;
};

/// When a unit of the tree has made enough executions, and leaves the rest to others: as soon as it
/// comes back to where it was nearest to its beginning, so that few units are left over. Small
/// searches are not divided; of others there are soon units for everybody.
class UnitSize {
 public:
  explicit UnitSize(const UnitId& id) : runs_(kRuns[std::min(id.size(), std::size(kRuns)) - 1]) {}

  bool reached(std::uint64_t runs, std::uint32_t depth) {
    if (runs < runs_) {
      least_depth_ = std::min(least_depth_, depth);
      return false;
    }
    return depth <= least_depth_ || runs >= 4 * runs_;
  }

 private:
  /// By the length of the unit's id.
  static constexpr std::uint64_t kRuns[] = {256, 64, 512, 2000};

  std::uint64_t runs_;
  std::uint32_t least_depth_ = 0xffffffffU;
};

}  // namespace

std::vector<FindingGroup> groups_of(const SearchShare& share) {
  std::vector<FindingGroup> groups;
  for (const Witness& witness : share.witnesses) {
    auto schedule = sim::parse_schedule(witness.schedule);
    FSW_ASSERT(std::holds_alternative<sim::Schedule>(schedule),
               "a schedule reads as it was written");
    FindingGroup group{
        witness.kind, witness.name, 0, {}, std::get<sim::Schedule>(std::move(schedule))};
    const sim::SearchResult& result = share.result;
    for (std::uint32_t i = 0; i < result.findings.size(); ++i) {
      const sim::Finding& finding = result.findings[i].finding;
      if (finding.kind == witness.kind && finding.name == witness.name) group.members.push_back(i);
    }
    for (const auto& [shown, executions] : result.combinations) {
      const bool shows = std::any_of(shown.begin(), shown.end(), [&](std::uint32_t index) {
        return std::find(group.members.begin(), group.members.end(), index) != group.members.end();
      });
      if (shows) group.executions += executions;
    }
    groups.push_back(std::move(group));
  }
  std::sort(groups.begin(), groups.end(),
            [](const FindingGroup& a, const FindingGroup& b) { return a.members < b.members; });
  return groups;
}

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
  run_narrated(*make_search(how, number, 0, *execution_, world_));
}

std::optional<sim::TraceEstimate> CaseRunner::estimate() const {
  if (!plan_.options.held.empty() || plan_.options.explore_teardown) return std::nullopt;
  constexpr std::uint64_t kSeed = 0x657374696d617465;
  constexpr sim::EstimateEffort kEffort{.samples = 500, .steps = 600'000};  // about a second
  constexpr std::uint32_t kLongest = 2'000;  // steps: what a sample costs grows with their square
  World world(scenario_, plan_.fixes);
  sim::Execution execution(plan_.options);
  if (sim::profile(execution, world).steps > kLongest) return std::nullopt;
  return sim::estimate_traces(execution, world, kSeed, kEffort);
}

SearchOutcome CaseRunner::search(const Search& how, const SearchLimits& limits) {
  execution_->options() = plan_.options;
  const std::unique_ptr<sim::Search> chosen =
      make_search(how, 0, limits.most_bytes, *execution_, world_);
  SearchShare share;
  KeepingWitnesses keeping(*chosen, *execution_, limits, 0, share);
  sim::ExploreOptions options;
  options.max_runs = limits.max_runs;
  options.count_traces = samples(how.strategy);
  options.progress = limits.progress;
  share.result = sim::explore(*execution_, world_, keeping, options);
  return {share.result, groups_of(share)};
}

UnitOutcome CaseRunner::run_unit(const Search& how, const Unit& unit, const SearchLimits& limits) {
  execution_->options() = plan_.options;
  UnitOutcome outcome;
  std::optional<sim::OptimalDpor> tree;
  if (samples(how.strategy)) {
    if (!sampling_) sampling_ = make_search(how, 0, 0, *execution_, world_);
    static_cast<sim::Sampling&>(*sampling_).go_to(unit.first);
  } else {
    tree.emplace(unit.tree, limits.most_bytes);
  }
  sim::Search& search = tree ? static_cast<sim::Search&>(*tree) : *sampling_;
  KeepingWitnesses keeping(search, *execution_, limits, unit.first, outcome.share);
  UnitSize size(unit.id);
  bool full = false;
  sim::ExploreOptions options;
  options.max_runs = unit.runs;
  options.count_traces = samples(how.strategy);
  options.progress = [&](const sim::SearchResult& result) {
    outcome.ended = !limits.progress || limits.progress(result);
    full = outcome.ended && tree && size.reached(result.runs(), tree->depth());
    return outcome.ended && !full;
  };
  outcome.share.result = sim::explore(*execution_, world_, keeping, options);
  outcome.gave_up = std::exchange(outcome.share.result.gave_up, {});
  for (sim::SeenFinding& seen : outcome.share.result.findings) {
    seen.first_run += unit.first;
    outcome.share.seen_in.push_back(unit.id);
  }
  if (!full) return outcome;
  for (sim::SearchUnit& rest : tree->rest()) {
    outcome.rest.push_back({unit.id, 0, 0, std::move(rest)});
    outcome.rest.back().id.push_back(static_cast<std::uint32_t>(outcome.rest.size()));
  }
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

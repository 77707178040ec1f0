#include "tests/support/brute_force.hpp"

#include <deque>

#include "sim/explore/optimal_dpor.hpp"
#include "sim/strategies/depth_first.hpp"
#include "tests/support/trace_id.hpp"

namespace testing {
namespace {

/// Of several lock-order cycles that one edge closes one is told, a data race is reported for the
/// pair that is seen first, and how much work is lost with a task depends on what others did to it
/// by then: all depend on the order of independent steps. Which cell races, which work is lost, and
/// that there are cycles, do not.
std::string essence(const sim::Finding& finding) {
  const std::string word(sim::traits(finding.kind).word);
  switch (finding.kind) {
    case sim::FindingKind::lock_order: return word;
    case sim::FindingKind::data_race:
    case sim::FindingKind::lost_work: return word + ": " + finding.name;
    default: return finding.signature();
  }
}

/// `anew`: from its beginning, whatever it shares with the execution before.
void run_once(sim::Execution& execution, sim::Model& model, sim::Search& search, bool anew,
              Explored& explored) {
  ++explored.executions;
  Outcome outcome;
  outcome.ending =
      anew ? execution.run(model, search) : execution.run_on(model, search, search.shared());
  if (search.redundant()) {
    ++explored.redundant;
    return;
  }
  if (outcome.ending == sim::Ending::deadlock) ++explored.deadlocks;
  outcome.state = model.final_state();
  for (const sim::Finding& finding : execution.findings())
    outcome.findings.insert(essence(finding));
  const auto [place, fresh] = explored.traces.emplace(trace_id(execution.record()), outcome);
  if (fresh) return;
  ++explored.repeated;
  if (place->second != outcome && explored.contradiction.empty()) {
    explored.contradiction = "one trace, two outcomes: state " +
                             std::to_string(place->second.state) + " and " +
                             std::to_string(outcome.state);
    for (const std::string& text : place->second.findings)
      explored.contradiction += "\n  1: " + text;
    for (const std::string& text : outcome.findings) explored.contradiction += "\n  2: " + text;
  }
}

Explored explore(sim::Model& model, sim::Search& search, bool anew, std::uint64_t cap,
                 const sim::ExecutionOptions& options) {
  sim::Execution execution(options);
  Explored explored;
  do {
    if (explored.executions == cap) return explored;
    run_once(execution, model, search, anew || explored.executions == 0, explored);
  } while (search.advance());
  explored.complete = true;
  return explored;
}

}  // namespace

std::set<std::uint64_t> Explored::states() const {
  std::set<std::uint64_t> states;
  for (const auto& [id, outcome] : traces) states.insert(outcome.state);
  return states;
}

std::set<std::string> Explored::findings() const {
  std::set<std::string> all;
  for (const auto& [id, outcome] : traces)
    all.insert(outcome.findings.begin(), outcome.findings.end());
  return all;
}

Explored explore_all(sim::Model& model, sim::Search& search, std::uint64_t cap,
                     const sim::ExecutionOptions& options) {
  return explore(model, search, false, cap, options);
}

Explored explore_units(sim::Model& model, std::uint64_t unit_size, std::uint64_t cap,
                       std::uint64_t& units) {
  sim::Execution execution;
  Explored explored;
  std::deque<sim::SearchUnit> left(1);
  for (units = 0; !left.empty(); ++units) {
    sim::OptimalDpor search(left.front());
    left.pop_front();
    std::uint64_t made = 0;
    bool first = true;
    do {
      if (explored.executions == cap) return explored;
      if (unit_size != 0 && made++ == unit_size) {
        for (sim::SearchUnit& unit : search.rest()) left.push_back(std::move(unit));
        break;
      }
      run_once(execution, model, search, first, explored);
      first = false;
    } while (search.advance());
  }
  explored.complete = true;
  return explored;
}

Explored brute_force(sim::Model& model, std::uint64_t cap, const sim::ExecutionOptions& options) {
  sim::DepthFirst search;
  return explore(model, search, true, cap, options);
}

std::string difference(const Explored& all, const Explored& reduced, bool exactly_once) {
  std::size_t missed = 0;
  std::size_t invented = 0;
  for (const auto& [id, outcome] : all.traces) missed += reduced.traces.contains(id) ? 0 : 1;
  for (const auto& [id, outcome] : reduced.traces) invented += all.traces.contains(id) ? 0 : 1;
  std::string text;
  if (!all.contradiction.empty()) text += "brute force: " + all.contradiction + "\n";
  if (missed != 0) text += "traces missed: " + std::to_string(missed) + "\n";
  if (invented != 0)
    text += "traces that brute force does not have: " + std::to_string(invented) + "\n";
  if (exactly_once && reduced.repeated != 0)
    text += "traces run more than once: " + std::to_string(reduced.repeated) + "\n";
  if (all.states() != reduced.states()) text += "other final states\n";
  if (all.findings() != reduced.findings()) text += "other findings\n";
  if (!text.empty())
    text += "of " + std::to_string(all.traces.size()) + " traces in " +
            std::to_string(all.executions) + " interleavings\n";
  return text;
}

}  // namespace testing

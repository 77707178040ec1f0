#include "sim/explore/explorer.hpp"

#include <algorithm>

namespace sim {
namespace {

/// Indices of the findings of the latest run; new ones are added with their witness.
std::vector<std::uint32_t> note_findings(SearchResult& result, const Execution& execution) {
  std::vector<std::uint32_t> shown;
  for (const Finding& finding : execution.findings()) {
    const auto index = static_cast<std::uint32_t>(result.findings.size());
    const auto [at, is_new] = result.index_of.try_emplace(finding.signature(), index);
    if (is_new)
      result.findings.push_back({finding, 0, result.runs(), schedule_of(execution.record())});
    shown.push_back(at->second);
  }
  std::sort(shown.begin(), shown.end());
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  return shown;
}

void note_run(SearchResult& result, const Execution& execution, bool redundant) {
  const std::vector<std::uint32_t> shown = note_findings(result, execution);
  for (const PassedLabel& passed : execution.labels_passed())
    result.labels.insert(passed.label->name());
  result.window_reached = result.window_reached || execution.window_reached();
  result.window_entered = result.window_entered || execution.window_entered();
  if (redundant) {
    ++result.redundant;
    return;
  }
  ++result.executions;
  for (const std::uint32_t index : shown) ++result.findings[index].executions;
  if (shown.empty()) ++result.clean;
  ++result.combinations[shown];
  switch (execution.ending()) {
    case Ending::quiescent: ++result.final_states[execution.final_state()]; break;
    case Ending::deadlock: ++result.deadlocks; break;
    case Ending::step_bound: ++result.cut_by_step_bound; break;
    case Ending::task_bound: ++result.cut_by_task_bound; break;
    case Ending::cut: break;
  }
}

/// What is worth knowing only if asked for does not end a search.
bool found_something(const SearchResult& result) {
  return std::any_of(result.findings.begin(), result.findings.end(), [](const SeenFinding& seen) {
    return traits(seen.finding.kind).weight != Weight::only_if_named;
  });
}

}  // namespace

bool SearchResult::has(FindingKind kind) const {
  return std::any_of(findings.begin(), findings.end(),
                     [kind](const SeenFinding& seen) { return seen.finding.kind == kind; });
}

SearchResult explore(Execution& execution, Model& model, Search& search,
                     const ExploreOptions& options) {
  SearchResult result;
  TraceIds ids;
  result.window_named = execution.options().watched.has_value();
  execution.run(model, search);
  while (true) {
    note_run(result, execution, search.redundant());
    const Ending ending = execution.ending();
    if (options.count_traces && (ending == Ending::quiescent || ending == Ending::deadlock))
      result.traces.add(ids.of(execution));
    if (!search.advance()) {
      result.gave_up = search.gave_up();
      result.exhausted = result.gave_up.empty();
      result.preemption_bound = search.preemption_bound();
      break;
    }
    if (options.progress && !options.progress(result)) break;
    if (options.stop_at_first_finding && found_something(result)) break;
    if (options.max_runs != 0 && result.runs() >= options.max_runs) break;
    execution.run_on(model, search, search.shared());
  }
  result.covers_all = search.complete();
  return result;
}

}  // namespace sim

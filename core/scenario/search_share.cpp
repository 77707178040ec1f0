#include "core/scenario/search_share.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "core/scenario/search_strategies.hpp"

namespace scenario {
namespace {

// Of a unit, which costs a kill its work:
constexpr std::uint64_t kLeastUnitRuns = 128;
constexpr std::uint64_t kMostUnitRuns = 8192;
constexpr std::uint64_t kRanges = 512;
/// All of them are in memory and in checkpoints: beyond it they are larger.
constexpr std::uint64_t kMostUnits = 100'000;

void add_counts(sim::SearchResult& sum, const sim::SearchResult& other) {
  if (other.runs() == 0) return;
  sum.covers_all = other.covers_all && (sum.runs() == 0 || sum.covers_all);
  sum.executions += other.executions;
  sum.redundant += other.redundant;
  sum.deadlocks += other.deadlocks;
  sum.cut_by_step_bound += other.cut_by_step_bound;
  sum.cut_by_task_bound += other.cut_by_task_bound;
  sum.clean += other.clean;
  sum.window_named = sum.window_named || other.window_named;
  sum.window_reached = sum.window_reached || other.window_reached;
  sum.window_entered = sum.window_entered || other.window_entered;
  for (const auto& [state, executions] : other.final_states) sum.final_states[state] += executions;
  sum.traces.add(other.traces.sample());
  sum.labels.insert(other.labels.begin(), other.labels.end());
}

/// Adds the combinations of `other`, whose finding number I is number `index[I]` here.
void add_combinations(sim::SearchResult& sum, const sim::SearchResult& other,
                      const std::vector<std::uint32_t>& index) {
  for (const auto& [shown, executions] : other.combinations) {
    std::vector<std::uint32_t> here;
    for (const std::uint32_t i : shown) here.push_back(index[i]);
    std::sort(here.begin(), here.end());
    sum.combinations[here] += executions;
  }
}

/// Puts the findings into the order of first sight: of one execution by their steps, and within a
/// step by name and text, so that it does not matter in which order units came.
void sort_findings(SearchShare& share) {
  sim::SearchResult& result = share.result;
  std::vector<std::uint32_t> order(result.findings.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const sim::SeenFinding& one = result.findings[a];
    const sim::SeenFinding& other = result.findings[b];
    return std::tie(share.seen_in[a], one.first_run, one.finding.step, one.finding.kind,
                    one.finding.name, one.finding.text) <
           std::tie(share.seen_in[b], other.first_run, other.finding.step, other.finding.kind,
                    other.finding.name, other.finding.text);
  });
  if (std::is_sorted(order.begin(), order.end())) return;
  sim::SearchResult sorted;
  std::vector<UnitId> seen_in;
  std::vector<std::uint32_t> index(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    index[order[i]] = i;
    sorted.findings.push_back(std::move(result.findings[order[i]]));
    seen_in.push_back(std::move(share.seen_in[order[i]]));
  }
  add_combinations(sorted, result, index);
  for (auto& [signature, at] : result.index_of) at = index[at];
  result.findings = std::move(sorted.findings);
  result.combinations = std::move(sorted.combinations);
  share.seen_in = std::move(seen_in);
}

}  // namespace

bool divisible(const Search& how) {
  return samples(how.strategy) ||
         (how.strategy == Search::Strategy::exhaustive && !how.preemptions);
}

std::vector<Unit> first_units(const Search& how) {
  std::vector<Unit> units;
  if (!samples(how.strategy)) {
    units.push_back({{0}, 0, 0, {}});
    return units;
  }
  const std::uint64_t runs = std::max(std::clamp(how.runs / kRanges, kLeastUnitRuns, kMostUnitRuns),
                                      how.runs / kMostUnits);
  for (std::uint64_t first = 0; first < how.runs; first += runs)
    units.push_back(
        {{static_cast<std::uint32_t>(units.size())}, first, std::min(runs, how.runs - first), {}});
  std::reverse(units.begin(), units.end());
  return units;
}

void SearchShare::add(const Witness& witness) {
  const auto place = std::lower_bound(witnesses.begin(), witnesses.end(), witness,
                                      [](const Witness& a, const Witness& b) {
                                        return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
                                      });
  const bool known =
      place != witnesses.end() && place->kind == witness.kind && place->name == witness.name;
  if (!known) {
    witnesses.insert(place, witness);
  } else if (witness < *place) {
    *place = witness;
  }
}

void SearchShare::add(const SearchShare& other) {
  add_counts(result, other.result);
  std::vector<std::uint32_t> index;
  for (std::size_t i = 0; i < other.result.findings.size(); ++i) {
    const sim::SeenFinding& seen = other.result.findings[i];
    const auto next = static_cast<std::uint32_t>(result.findings.size());
    const auto [at, is_new] = result.index_of.try_emplace(seen.finding.signature(), next);
    index.push_back(at->second);
    if (is_new) {
      result.findings.push_back(seen);
      seen_in.push_back(other.seen_in[i]);
      continue;
    }
    sim::SeenFinding& known = result.findings[at->second];
    const std::uint64_t executions = known.executions + seen.executions;
    if (std::tie(other.seen_in[i], seen.first_run) <
        std::tie(seen_in[at->second], known.first_run)) {
      known = seen;
      seen_in[at->second] = other.seen_in[i];
    }
    known.executions = executions;
  }
  add_combinations(result, other.result, index);
  sort_findings(*this);
  for (const Witness& witness : other.witnesses) add(witness);
}

void GivenUp::add(const Unit& unit, const UnitOutcome& outcome) {
  add(GivenUp{outcome.gave_up, {unit}, outcome.share});
}

void GivenUp::add(const GivenUp& other) {
  if (why.empty()) why = other.why;
  units.insert(units.end(), other.units.begin(), other.units.end());
  seen.add(other.seen);
}

std::string GivenUp::sentence() const {
  if (units.empty()) return {};
  return fmt::format("{} in {} of its units", why, units.size());
}

}  // namespace scenario

#include "cli/search_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/scenario_input.hpp"
#include "cli/terminal.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/search_strategies.hpp"
#include "sim/explore/verdict.hpp"
#include "sim/text.hpp"

namespace cli {
namespace {

/// Texts of one kind of finding that differ in their numbers; more are counted only.
constexpr std::size_t kMostTexts = 8;

std::string plural(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string counts(const scenario::Search& search, const sim::SearchResult& result) {
  const bool reduced = search.strategy == scenario::Search::Strategy::exhaustive;
  std::string text = plural(result.executions, "execution");
  const bool all = result.complete() && !result.preemption_bound;
  if (reduced) text += all ? ", one of each class" : ", each of another class";
  if (result.traces.executions() > 0)
    text += fmt::format(" of {}{} different trace{}", result.traces.exact() ? "" : "about ",
                        result.traces.different(), result.traces.different() == 1 ? "" : "s");
  if (result.redundant > 0)
    text += fmt::format("; {} more cut short as repetitions", result.redundant);
  text += fmt::format("; {} without finding", result.clean);
  if (result.deadlocks > 0) text += "; " + plural(result.deadlocks, "deadlock");
  if (result.cut_by_step_bound > 0)
    text += fmt::format("; {} cut by the step bound", result.cut_by_step_bound);
  if (result.cut_by_task_bound > 0)
    text += fmt::format("; {} cut where {} were needed", result.cut_by_task_bound,
                        sim::too_many_tasks());
  return text + "; " + plural(result.final_states.size(), "final state");
}

std::string ending(const scenario::Search& search, const sim::SearchResult& result) {
  if (!result.gave_up.empty()) return result.gave_up;
  if (!result.exhausted) return "ended early";
  if (scenario::samples(search.strategy))
    return fmt::format("seed {}, all {} runs", search.seed, search.runs);
  if (result.preemption_bound)
    return fmt::format("every execution within {}", plural(*result.preemption_bound, "preemption"));
  if (search.preemptions)
    return fmt::format("to its end: its bound of {} left nothing out",
                       plural(*search.preemptions, "preemption"));
  return "to its end";
}

std::string window(const sim::SearchResult& result) {
  if (!result.window_named) return {};
  return fmt::format("  window  {}\n", result.window_entered ? "entered by another task"
                                       : result.window_reached
                                           ? "reached, never entered by another task"
                                           : "never reached");
}

/// To three digits.
std::string rounded(double count) {
  if (count >= 1e6) return fmt::format("{:.2e}", count);
  double unit = 1;
  while (count / unit >= 1000) unit *= 10;
  return fmt::format("{:.0f}", std::round(count / unit) * unit);
}

/// Of a search that counted all traces there is nothing to estimate. A search that neither counts
/// traces nor runs each of them once says nothing of them.
std::string coverage(const scenario::CaseRunner& runner, const scenario::Search& search,
                     const sim::SearchResult& result) {
  if (result.complete() && !result.preemption_bound) return {};
  const std::optional<sim::TraceEstimate> all = runner.estimate();
  if (!all) return {};
  const bool drawn = result.traces.executions() > 0;
  if (!drawn && search.strategy != scenario::Search::Strategy::exhaustive) return {};
  const auto seen = static_cast<double>(drawn ? result.traces.different() : result.executions);
  const bool exact = !drawn || result.traces.exact();
  const sim::TraceEstimate known = exact ? all->at_least(seen) : *all;
  if (known.unbounded()) return fmt::format("  seen    an unknown share of {}\n", about(known));
  if (exact && seen > all->mean && !drawn)
    return fmt::format(
        "  seen    {} traces, more than the {} estimated: of how many is not known\n", seen,
        rounded(all->mean));
  const auto share = [seen](double whole) { return std::min(100.0, 100 * seen / whole); };
  return fmt::format("  seen    {:.3g} % ({:.3g} to {:.3g} %) of {}\n", share(known.mean),
                     share(known.high), share(known.low), about(known));
}

std::string finding_block(const scenario::CaseRunner& runner, const scenario::SearchOutcome& found,
                          const scenario::FindingGroup& group) {
  std::string text =
      styled(Style::bad,
             fmt::format("{} {}", sim::traits(group.kind).word, sim::ascii(group.name))) +
      fmt::format(": {} of {}\n", group.executions, plural(found.result.executions, "execution"));
  for (std::size_t i = 0; i < std::min(group.members.size(), kMostTexts); ++i) {
    const sim::SeenFinding& seen = found.result.findings[group.members[i]];
    text += fmt::format("  {}: {}\n", seen.executions, sim::ascii(seen.finding.text));
  }
  if (group.members.size() > kMostTexts)
    text += fmt::format("  and {} more of the kind\n", group.members.size() - kMostTexts);
  const scenario::Scenario& scenario = runner.scenario();
  return text + fmt::format("  replay: {} --schedule {}\n",
                            command_for("replay", scenario.file,
                                        scenario.cases.empty() ? "" : runner.the_case().name),
                            shell_word(sim::to_text(group.witness)));
}

}  // namespace

std::string about(const sim::TraceEstimate& estimate) {
  if (estimate.unbounded())
    return fmt::format("at least {} traces, too many to estimate", rounded(estimate.low));
  return fmt::format(
      "about {} traces ({} to {}{})", rounded(estimate.mean), rounded(estimate.low),
      rounded(estimate.high),
      estimate.doubtful()
          ? fmt::format(" or more; doubtful, samples vary by {:.1f} times their mean",
                        estimate.variation)
          : "");
}

std::string search_report(const scenario::CaseRunner& runner, const scenario::Search& search,
                          const scenario::SearchOutcome& found) {
  const sim::SearchResult& result = found.result;
  std::string text =
      fmt::format("  search  {}, {}\n  counts  {}\n{}{}", scenario::strategy_word(search.strategy),
                  ending(search, result), counts(search, result), coverage(runner, search, result),
                  window(result));
  text += "\n";
  for (const std::string& sentence : scenario::verdict_sentences(runner.the_case(), result))
    text += styled(Style::strong, sentence) + "\n";
  for (const scenario::FindingGroup& group : found.groups)
    text += "\n" + finding_block(runner, found, group);
  return text + "\n";
}

scenario::CaseOutcome compare_other_search(const scenario::Case& the_case,
                                           const sim::SearchResult& result) {
  using Kind = scenario::Expect::Kind;
  const Kind kind = the_case.expect.kind;
  const bool about_all = kind == Kind::never || kind == Kind::sometimes || kind == Kind::always;
  const bool says_so = result.covers_all && (!result.preemption_bound || !result.gave_up.empty());
  return says_so && about_all ? scenario::compare(the_case, result)
                              : scenario::compare_sample(the_case, result);
}

}  // namespace cli

#include "sim/explore/verdict.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/text.hpp"

namespace sim {
namespace {

bool counts(const SearchResult& result, const Finding& finding, std::string_view name) {
  if (!name.empty()) return goes_by(finding, name);
  const bool gated = result.complete() && !result.preemption_bound && result.deadlocks == 0;
  switch (traits(finding.kind).weight) {
    case Weight::wrong: return true;
    case Weight::unless_gated: return !gated;
    case Weight::only_if_named: return false;
  }
  return true;
}

std::string how_many(std::uint64_t executions) {
  return fmt::format("{} execution{}", executions, executions == 1 ? "" : "s");
}

/// "within 2 preemptions"; empty: the search has no bound, or it left nothing out.
std::string within(const SearchResult& result) {
  if (!result.preemption_bound) return {};
  return fmt::format("within {} preemption{}", *result.preemption_bound,
                     *result.preemption_bound == 1 ? "" : "s");
}

/// All executions of the search, and which they are.
std::string all_of(const SearchResult& result) {
  return how_many(result.executions) + (result.preemption_bound ? " " + within(result) : "");
}

/// Why the search may not say never; empty if it may.
std::string doubt(const SearchResult& result) {
  if (!result.gave_up.empty()) return result.gave_up;
  if (!result.exhausted) return "the search was ended early";
  if (result.cut_by_step_bound > 0)
    return how_many(result.cut_by_step_bound) + " cut by the step bound";
  if (result.cut_by_task_bound > 0)
    return how_many(result.cut_by_task_bound) + " cut where " + too_many_tasks() + " were needed";
  if (result.has(FindingKind::data_race))
    return "there is a data race, so interleavings may be missing";
  return {};
}

}  // namespace

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::never: return "never";
    case Verdict::never_within: return "never within the bound";
    case Verdict::sometimes: return "sometimes";
    case Verdict::always: return "always";
    case Verdict::seen: return "seen";
    case Verdict::unseen: return "unseen";
    case Verdict::vacuous: return "vacuous";
    case Verdict::incomplete: return "incomplete";
  }
  return "";
}

bool goes_by(const Finding& finding, std::string_view name) {
  return finding.name == name || traits(finding.kind).word == name ||
         finding.text.find(name) != std::string::npos;
}

Judgement judge(const SearchResult& result, std::string_view name) {
  std::vector<bool> counted;
  bool any = false;         // also in a run that others cover
  bool other_race = false;  // not asked for: interleavings inside it were not explored
  for (const SeenFinding& seen : result.findings) {
    counted.push_back(counts(result, seen.finding, name));
    any = any || counted.back();
    other_race = other_race || (seen.finding.kind == FindingKind::data_race && !counted.back());
  }
  std::uint64_t hits = 0;
  for (const auto& [shown, executions] : result.combinations) {
    const bool hit = std::any_of(shown.begin(), shown.end(),
                                 [&](std::uint32_t index) { return counted[index]; });
    if (hit) hits += executions;
  }
  const std::string what = name.empty() ? "a finding" : ascii(name);
  const auto judgement = [&](Verdict verdict, const std::string& sentence) {
    const std::string words =
        verdict == Verdict::never_within ? "never " + within(result) : std::string(word(verdict));
    return Judgement{verdict, hits, words + ": " + sentence};
  };
  const std::string some = fmt::format("{} of {}", hits, all_of(result));
  if (any) {
    if (!result.complete()) return judgement(Verdict::seen, some + " show " + what);
    if (hits < result.executions) return judgement(Verdict::sometimes, some + " show " + what);
    if (other_race)
      return judgement(Verdict::seen,
                       some + " show " + what + ", but there is a data race as well");
    return judgement(result.preemption_bound ? Verdict::sometimes : Verdict::always,
                     "all of " + all_of(result) + " show " + what);
  }
  const std::string none = "none of " + how_many(result.executions) + " shows " + what;
  if (!result.covers_all && result.cut_by_task_bound == 0) return judgement(Verdict::unseen, none);
  if (const std::string why = doubt(result); !why.empty())
    return judgement(Verdict::incomplete, none + ", but " + why);
  if (result.window_named && !result.window_entered)
    return judgement(
        Verdict::vacuous,
        none + (result.window_reached ? ", but no other task ever made a step inside the window"
                                      : ", but the window was never reached"));
  return judgement(result.preemption_bound ? Verdict::never_within : Verdict::never, none);
}

}  // namespace sim

#include "core/scenario/expectation.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/scenario/input_error.hpp"
#include "sim/explore/verdict.hpp"

namespace scenario {
namespace {

using Kind = CaseOutcome::Kind;

bool shows(const sim::Execution& execution, const std::string& name) {
  const auto& findings = execution.findings();
  return std::any_of(findings.begin(), findings.end(),
                     [&name](const sim::Finding& finding) { return sim::goes_by(finding, name); });
}

/// "finding: kernel-warning btrfs_check_quota_leak, invariant qgroup-data-reservation", each once.
std::string names_of(const std::vector<sim::Finding>& findings) {
  if (findings.empty()) return "no finding";
  std::vector<std::string> names;
  for (const sim::Finding& finding : findings) {
    const std::string name =
        fmt::format("{} {}", sim::traits(finding.kind).word, printable(finding.name));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return fmt::format("found: {}", fmt::join(names, ", "));
}

/// The names whose verdict has to be looked at; an empty one stands for any finding.
std::vector<std::string> names_to_judge(const Expect& expect) {
  return expect.findings.empty() ? std::vector<std::string>{std::string()} : expect.findings;
}

bool is_inconclusive(sim::Verdict verdict) {
  return verdict == sim::Verdict::incomplete || verdict == sim::Verdict::seen ||
         verdict == sim::Verdict::unseen;
}

CaseOutcome about(const Case& the_case, const sim::SearchResult& result) {
  return {Kind::matches, to_string(the_case.expect),
          fmt::format("{}", fmt::join(verdict_sentences(the_case, result), "; "))};
}

/// Every name has the verdict; where one has not because the search could not say, it is open.
CaseOutcome compare_verdicts(const Case& the_case, const sim::SearchResult& result,
                             sim::Verdict wanted) {
  CaseOutcome outcome = about(the_case, result);
  for (const std::string& name : names_to_judge(the_case.expect)) {
    const sim::Verdict verdict = sim::judge(result, name).verdict;
    if (verdict == wanted) continue;
    if (verdict == sim::Verdict::never_within && wanted == sim::Verdict::never) continue;
    const bool open = is_inconclusive(verdict) && !result.complete() && result.covers_all &&
                      !(wanted == sim::Verdict::never && verdict == sim::Verdict::seen);
    outcome.kind = open ? Kind::inconclusive : Kind::differs;
    if (outcome.kind == Kind::differs) break;
  }
  return outcome;
}

bool nothing_wrong(const sim::Execution& execution) {
  const auto& findings = execution.findings();
  return std::all_of(findings.begin(), findings.end(), [](const sim::Finding& finding) {
    return sim::traits(finding.kind).weight == sim::Weight::only_if_named;
  });
}

}  // namespace

std::string to_string(const Expect& expect) {
  const std::string findings = printable(fmt::format("{}", fmt::join(expect.findings, ", ")));
  switch (expect.kind) {
    case Expect::Kind::nothing: return "no finding";
    case Expect::Kind::never: return "never";
    case Expect::Kind::sometimes: return "sometimes " + findings;
    case Expect::Kind::always: return "always " + findings;
    case Expect::Kind::unseen: return findings.empty() ? "unseen" : "unseen " + findings;
    case Expect::Kind::finding: return "finding " + findings;
    case Expect::Kind::clean: return "clean";
  }
  return "";
}

CaseOutcome compare(const Case& the_case, const sim::Execution& execution,
                    const std::vector<sim::Departure>& departures,
                    const std::vector<Stage>& stages) {
  CaseOutcome outcome{Kind::matches, to_string(the_case.expect), names_of(execution.findings())};
  if (!departures.empty() && !the_case.guide) {
    outcome.kind = Kind::departed;
    outcome.observed = departures.front().text;
    return outcome;
  }
  const std::vector<std::string>& names = the_case.expect.findings;
  const bool wants_findings = the_case.expect.kind == Expect::Kind::finding;
  const bool fits =
      wants_findings ? std::all_of(names.begin(), names.end(),
                                   [&](const std::string& name) { return shows(execution, name); })
                     : nothing_wrong(execution);
  if (!fits) outcome.kind = Kind::differs;
  for (const Stage& stage : stages) {
    if (stage.mismatch.empty()) continue;
    outcome.kind = Kind::differs;
    outcome.observed = fmt::format("after {}: {}", stage.what, stage.mismatch);
    break;
  }
  return outcome;
}

void hold_against_stages(CaseOutcome& outcome, const std::vector<Stage>& stages) {
  for (const Stage& stage : stages) {
    if (stage.mismatch.empty() || outcome.kind == Kind::departed) continue;
    outcome.kind = Kind::differs;
    outcome.observed += fmt::format("; at \"{}\" {}", stage.what, stage.mismatch);
  }
}

CaseOutcome compare_witness(const Case& the_case, const sim::Execution& execution) {
  const std::vector<std::string>& names = the_case.expect.findings;
  const bool wants_findings = the_case.expect.kind == Expect::Kind::finding ||
                              the_case.expect.kind == Expect::Kind::sometimes ||
                              the_case.expect.kind == Expect::Kind::always;
  const bool expected =
      wants_findings && std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return shows(execution, name);
      });
  const bool fits = nothing_wrong(execution) || expected;
  return {fits ? Kind::witness : Kind::differs, to_string(the_case.expect),
          names_of(execution.findings())};
}

CaseOutcome compare(const Case& the_case, const sim::SearchResult& result) {
  switch (the_case.expect.kind) {
    case Expect::Kind::never: return compare_verdicts(the_case, result, sim::Verdict::never);
    case Expect::Kind::sometimes:
      return compare_verdicts(the_case, result, sim::Verdict::sometimes);
    case Expect::Kind::always: return compare_verdicts(the_case, result, sim::Verdict::always);
    case Expect::Kind::unseen: return compare_verdicts(the_case, result, sim::Verdict::unseen);
    case Expect::Kind::finding: return compare_verdicts(the_case, result, sim::Verdict::seen);
    case Expect::Kind::nothing:
    case Expect::Kind::clean: break;
  }
  return compare_sample(the_case, result);
}

CaseOutcome compare_sample(const Case& the_case, const sim::SearchResult& result) {
  CaseOutcome outcome = about(the_case, result);
  const bool anything = sim::judge(result).executions > 0;
  switch (the_case.expect.kind) {
    case Expect::Kind::sometimes:
    case Expect::Kind::always:
    case Expect::Kind::finding: {
      const std::vector<std::string>& names = the_case.expect.findings;
      const bool all = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        return sim::judge(result, name).executions > 0;
      });
      if (!all) outcome.kind = anything ? Kind::differs : Kind::inconclusive;
      return outcome;
    }
    case Expect::Kind::unseen: {
      for (const std::string& name : names_to_judge(the_case.expect))
        if (sim::judge(result, name).executions > 0) outcome.kind = Kind::differs;
      return outcome;
    }
    case Expect::Kind::nothing:
    case Expect::Kind::never:
    case Expect::Kind::clean: break;
  }
  if (anything) outcome.kind = Kind::differs;
  const bool proves_nothing = !result.gave_up.empty() || result.cut_by_task_bound > 0 ||
                              sim::judge(result).verdict == sim::Verdict::vacuous;
  if (!anything && proves_nothing) outcome.kind = Kind::inconclusive;
  return outcome;
}

std::vector<std::string> verdict_sentences(const Case& the_case, const sim::SearchResult& result) {
  std::vector<std::string> sentences;
  for (const std::string& name : names_to_judge(the_case.expect))
    sentences.push_back(sim::judge(result, name).sentence);
  return sentences;
}

}  // namespace scenario

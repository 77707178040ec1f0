#include "cli/run_report.hpp"

#include <fmt/format.h>

#include "cli/output_file.hpp"
#include "cli/terminal.hpp"
#include "core/scenario/input_error.hpp"
#include "sim/assert.hpp"
#include "sim/report/diagram.hpp"
#include "sim/report/finding_text.hpp"
#include "sim/text.hpp"
#include "sim/trace_file.hpp"

namespace cli {
namespace {

std::string step_of(const sim::Note& note) {
  if (note.step == sim::kBeforeSteps) return "before the first step";
  return fmt::format("step {}", note.step);
}

std::string messages(const sim::Execution& execution) {
  std::string text;
  for (const sim::Note& note : execution.narrative().notes)
    if (note.kind == sim::NoteKind::message)
      text += fmt::format("  {} ({})\n", sim::ascii(note.text), step_of(note));
  return text.empty() ? text : "the kernel would print\n" + text;
}

bool same_name(const sim::Finding& a, const sim::Finding& b) {
  return a.kind == b.kind && a.name == b.name;
}

bool is_first_of_its_name(const std::vector<sim::Finding>& findings, std::size_t index) {
  for (std::size_t i = 0; i < index; ++i)
    if (same_name(findings[i], findings[index])) return false;
  return true;
}

/// A difference that grows step by step is one finding with a history.
std::string later_ones(const sim::Execution& execution, const std::vector<sim::Finding>& findings,
                       std::size_t index) {
  std::size_t more = 0;
  const sim::Finding* last = nullptr;
  for (std::size_t i = index + 1; i < findings.size(); ++i) {
    if (!same_name(findings[i], findings[index])) continue;
    ++more;
    last = &findings[i];
  }
  if (last == nullptr) return {};
  return fmt::format("  and {} more like it, the last: {}\n    found at {}\n", more, last->text,
                     sim::where_found(execution, *last));
}

/// "end pwrite 0 4k = -EDQUOT": an operation's end and its result.
bool failed(const sim::Note& note) {
  if (note.kind != sim::NoteKind::mark || !note.text.starts_with("end ")) return false;
  const std::size_t result = note.text.rfind(" = ");
  return result != std::string::npos && note.text.compare(result, 4, " = -") == 0;
}

}  // namespace

std::string heading(const scenario::CaseRunner& runner) {
  const std::string& source = runner.scenario().source;
  std::string text =
      styled(Style::strong, fmt::format("{}: {}", scenario::printable(runner.scenario().file, 4096),
                                        runner.the_case().name)) +
      "\n";
  if (!source.empty()) text += fmt::format("  source  {}\n", scenario::printable(source));
  return text + fmt::format("  kernel  {}\n", runner.plan().fixes_text);
}

std::string failed_operations(const sim::Execution& execution) {
  std::string text;
  for (const sim::Note& note : execution.narrative().notes) {
    if (!failed(note)) continue;
    const std::string who =
        note.actor == sim::kNoActor ? "" : execution.record().actor_name(note.actor) + ": ";
    text += fmt::format("  {}{}\n", sim::ascii(who), sim::ascii(note.text.substr(4)));
  }
  return text.empty() ? text : "operations that failed\n" + text;
}

std::string findings_and_messages(const sim::Execution& execution) {
  std::string text;
  const std::vector<sim::Finding>& findings = execution.findings();
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (!is_first_of_its_name(findings, i)) continue;
    text += sim::finding_text(execution, findings[i]) + later_ones(execution, findings, i);
  }
  if (text.empty()) text = "no finding\n";
  return text + messages(execution);
}

std::string departures_text(const std::vector<sim::Departure>& departures) {
  std::string text;
  for (const sim::Departure& departure : departures)
    text += fmt::format("left the schedule at directive {}, after step {}: {}\n",
                        departure.directive + 1, departure.step, departure.text);
  return text;
}

std::string verdict_line(const scenario::CaseOutcome& outcome) {
  using Kind = scenario::CaseOutcome::Kind;
  const std::string rest = fmt::format(": {} ({})\n", outcome.expected, outcome.observed);
  switch (outcome.kind) {
    case Kind::matches: return styled(Style::good, "as expected") + rest;
    case Kind::witness:
      return styled(Style::strong, "this execution alone") +
             fmt::format(": {} (the case expects {})\n", outcome.observed, outcome.expected);
    case Kind::inconclusive: return styled(Style::bad, "INCONCLUSIVE, expected") + rest;
    case Kind::differs:
    case Kind::departed: break;
  }
  return styled(Style::bad, "DIFFERS, expected") + rest;
}

ExitCode exit_code(const scenario::CaseOutcome& outcome) {
  switch (outcome.kind) {
    case scenario::CaseOutcome::Kind::matches:
    case scenario::CaseOutcome::Kind::witness: return ExitCode::ok;
    case scenario::CaseOutcome::Kind::differs: return ExitCode::finding;
    case scenario::CaseOutcome::Kind::inconclusive: return ExitCode::inconclusive;
    case scenario::CaseOutcome::Kind::departed: return ExitCode::diverged;
  }
  return ExitCode::bug;
}

std::string story(const scenario::CaseRunner& runner) {
  const sim::Execution& execution = runner.execution();
  const std::string failures = failed_operations(execution);
  std::string text = "\n" + sim::diagram(execution) + "\n";
  if (!runner.stages().empty()) text += stage_table(runner.stages(), execution) + "\n";
  if (!failures.empty()) text += failures + "\n";
  return text + findings_and_messages(execution) + "\n";
}

void announce(const std::string& command) {
  static std::string kept;
  kept = command;
  sim::set_replay_line(kept.c_str());
}

void write_trace(const scenario::CaseRunner& runner, const sim::TraceAbout& about,
                 const std::string& path) {
  write_output(path, sim::trace_text(runner.execution(), about));
}

}  // namespace cli

#include "cli/recorded_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/errors.hpp"
#include "cli/run_report.hpp"
#include "cli/scenario_input.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/input_file.hpp"
#include "sim/text.hpp"
#include "sim/trace_file.hpp"

namespace cli {
namespace {

using scenario::Case;
using scenario::printable;

/// Traces of long executions are larger than scenarios.
constexpr std::size_t kLargestTrace = std::size_t{256} << 20;

sim::TraceFile read_trace(const std::string& path) {
  const std::string text = scenario::read_input_file(path, kLargestTrace);
  auto parsed = sim::parse_trace(text, printable(path, 4096));
  if (const auto* error = std::get_if<sim::TraceError>(&parsed))
    throw CommandError(ExitCode::bad_input, error->sentence());
  return std::get<sim::TraceFile>(std::move(parsed));
}

sim::Schedule read_schedule(const std::string& text) {
  auto parsed = sim::parse_schedule(text);
  if (const auto* error = std::get_if<sim::ScheduleError>(&parsed))
    throw CommandError(ExitCode::bad_input,
                       fmt::format("--schedule, column {}: {}", error->column, error->text));
  return std::get<sim::Schedule>(std::move(parsed));
}

RecordedRun prepared(const std::shared_ptr<const scenario::Scenario>& scenario,
                     const Case& wanted) {
  RecordedRun run;
  run.scenario = scenario;
  run.the_case = std::make_shared<const Case>(wanted);
  run.runner = std::make_unique<scenario::CaseRunner>(*run.scenario, *run.the_case);
  return run;
}

/// Which cases of a scenario file the request means.
std::vector<Case> requested_cases(const scenario::Scenario& scenario, const RunRequest& request) {
  if (!request.case_name.empty()) return {case_named(scenario, request.case_name)};
  if (scenario.cases.empty() && (request.fixed_order || !request.schedule.empty()))
    return {scenario::case_of_today()};
  std::vector<Case> cases;
  for (const Case& known : scenario.cases)
    if (!known.schedule.empty()) cases.push_back(known);
  const bool one_wanted = !request.schedule.empty();
  if (one_wanted && scenario.cases.size() > 1)
    throw UsageError("--schedule belongs to one case: name it with --case");
  if (one_wanted || (cases.empty() && request.fixed_order)) return {scenario.cases.front()};
  if (cases.empty())
    throw UsageError(fmt::format("no case of {} has a schedule (its searches: fsweave explore {})",
                                 printable(request.file), shell_word(request.file)));
  return cases;
}

std::vector<RecordedRun> runs_of_scenario(const RunRequest& request) {
  const auto scenario = std::make_shared<const scenario::Scenario>(load_scenario(request.file));
  std::vector<RecordedRun> runs;
  for (const Case& wanted : requested_cases(*scenario, request)) {
    if (wanted.schedule.empty() && request.schedule.empty() && !request.fixed_order)
      throw UsageError(fmt::format("case '{}' has no schedule (its search: {})", wanted.name,
                                   command_for("explore", request.file, wanted.name)));
    runs.push_back(prepared(scenario, wanted));
  }
  return runs;
}

/// A case by the name that a trace carries; the trace may stem from a scenario without cases.
Case case_of_trace(const scenario::Scenario& scenario, const std::string& name,
                   const std::string& trace) {
  if (const Case* found = scenario.find_case(name)) return *found;
  if (scenario.cases.empty() && name == scenario::case_of_today().name)
    return scenario::case_of_today();
  throw scenario::InputError(trace, {1, 1}, fmt::format("{} has no case '{}'", scenario.file, name),
                             "the trace belongs to another file: name it with --scenario");
}

RecordedRun run_of_trace(const RunRequest& request) {
  const sim::TraceFile trace = read_trace(request.file);
  const std::string path = request.scenario.empty()
                               ? find_named_scenario(trace.about.scenario, request.file)
                               : request.scenario;
  const auto scenario = std::make_shared<const scenario::Scenario>(load_scenario(path));
  return prepared(scenario, request.case_name.empty()
                                ? case_of_trace(*scenario, trace.about.case_name, request.file)
                                : case_named(*scenario, request.case_name));
}

std::string changed_since(const RecordedRun& run, const sim::TraceFile& trace) {
  const std::string now = run.runner->about("", "").scenario_digest;
  if (now == trace.about.scenario_digest) return {};
  if (run.the_case->name != trace.about.case_name)
    return fmt::format("note: recorded with case '{}' ({}), replayed with case '{}'\n",
                       sim::ascii(trace.about.case_name), sim::ascii(trace.about.fixes),
                       run.the_case->name);
  return fmt::format("note: {} was changed since the trace was recorded\n",
                     printable(run.scenario->file));
}

void carry_out_trace(RecordedRun& run, const RunRequest& request) {
  const sim::TraceFile trace = read_trace(request.file);
  run.note = changed_since(run, trace);
  run.strategy = trace.about.strategy;
  run.replay_line = "fsweave replay " + shell_word(request.file);
  announce(run.replay_line);
  run.divergence = run.runner->follow(trace);
  run.outcome = scenario::compare_witness(*run.the_case, run.runner->execution());
}

}  // namespace

bool is_trace(const std::string& path) { return path.ends_with(".jsonl"); }

std::vector<RecordedRun> requested_runs(const RunRequest& request) {
  if (!is_trace(request.file)) {
    if (!request.scenario.empty()) throw UsageError("--scenario belongs to a trace (.jsonl)");
    return runs_of_scenario(request);
  }
  if (!request.schedule.empty())
    throw UsageError("a trace has its own schedule: leave out --schedule");
  std::vector<RecordedRun> runs;
  runs.push_back(run_of_trace(request));
  return runs;
}

void carry_out(RecordedRun& run, const RunRequest& request) {
  if (is_trace(request.file)) return carry_out_trace(run, request);
  const std::string case_name = run.scenario->cases.empty() ? "" : run.the_case->name;
  run.replay_line =
      command_for(run.the_case->schedule.empty() && request.schedule.empty() ? "show" : "replay",
                  request.file, case_name);
  if (!request.schedule.empty()) run.replay_line += " --schedule " + shell_word(request.schedule);
  announce(run.replay_line);
  if (!request.schedule.empty()) {
    run.strategy = "schedule";
    run.divergence = run.runner->follow(read_schedule(request.schedule));
    run.outcome = scenario::compare_witness(*run.the_case, run.runner->execution());
    return;
  }
  run.strategy = run.the_case->schedule.empty() ? "fixed order" : "directed";
  run.departures = run.runner->follow_schedule();
  run.outcome = run.the_case->schedule.empty()
                    ? scenario::compare_witness(*run.the_case, run.runner->execution())
                    : scenario::compare(*run.the_case, run.runner->execution(), run.departures,
                                        run.runner->stages());
}

}  // namespace cli

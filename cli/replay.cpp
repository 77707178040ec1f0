#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/output_file.hpp"
#include "cli/recorded_run.hpp"
#include "cli/run_report.hpp"
#include "cli/scenario_input.hpp"
#include "cli/terminal.hpp"
#include "core/scenario/input_error.hpp"

namespace cli {
namespace {

/// Where a strict schedule could not be followed: the directive's place in the file.
void complain_about_departure(const RecordedRun& run) {
  const sim::Departure& departure = run.departures.front();
  const scenario::Position at = run.the_case->schedule[departure.directive].position;
  complain(fmt::format("{}:{}:{}: the schedule cannot be followed: {}",
                       scenario::printable(run.scenario->file, 4096), at.line, at.column,
                       departure.text));
}

ExitCode report(const RecordedRun& run) {
  print(heading(*run.runner) + run.note);
  print(story(*run.runner));
  if (run.divergence) {
    complain(run.divergence->sentence());
    return ExitCode::diverged;
  }
  if (!run.followed()) {
    complain_about_departure(run);
    return ExitCode::diverged;
  }
  print(departures_text(run.departures));
  print(verdict_line(run.outcome));
  print(fmt::format("replay: {}\n", run.replay_line));
  return exit_code(run.outcome);
}

}  // namespace

ExitCode replay(const ReplayOptions& options) {
  const RunRequest request{options.file, options.case_name, options.schedule, options.scenario,
                           false};
  std::vector<RecordedRun> runs = requested_runs(request);
  if (runs.size() > 1 && !options.trace_output.empty())
    throw UsageError("--trace holds one execution: name the case with --case");
  check_output("--trace", options.trace_output, {options.file, runs.front().scenario->file});
  ExitCode code = ExitCode::ok;
  bool first = true;
  for (RecordedRun& run : runs) {
    if (!first) print("\n");
    first = false;
    carry_out(run, request);
    code = worse(code, report(run));
    if (!options.trace_output.empty() && run.followed())
      write_trace(*run.runner, run.runner->about(name_in_trace(run.scenario->file), run.strategy),
                  options.trace_output);
  }
  return code;
}

}  // namespace cli

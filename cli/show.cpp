#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/recorded_run.hpp"
#include "cli/run_report.hpp"
#include "cli/terminal.hpp"
#include "sim/report/diagram.hpp"
#include "sim/report/step_table.hpp"

namespace cli {
namespace {

std::string table(const sim::Execution& execution, bool all) {
  sim::StepTableOptions options;
  options.collapse = !all;
  options.setup = all;
  return sim::step_table(execution, options);
}

void show_run(const RecordedRun& run, const ShowOptions& options) {
  const sim::Execution& execution = run.runner->execution();
  const bool both = !options.table && !options.diagram;
  print(heading(*run.runner) + run.note);
  if (both || options.table) print("\n" + table(execution, options.all));
  if (both || options.diagram) print("\n" + sim::diagram(execution));
  if (both) print("\n" + failed_operations(execution) + findings_and_messages(execution));
  print(departures_text(run.departures));
}

}  // namespace

ExitCode show(const ShowOptions& options) {
  const RunRequest request{options.file, options.case_name, options.schedule, options.scenario,
                           true};
  ExitCode code = ExitCode::ok;
  bool first = true;
  std::vector<RecordedRun> runs = requested_runs(request);
  for (RecordedRun& run : runs) {
    if (!first) print("\n");
    first = false;
    carry_out(run, request);
    show_run(run, options);
    if (run.followed()) continue;
    complain(run.divergence ? run.divergence->sentence() : run.outcome.observed);
    code = ExitCode::diverged;
  }
  return code;
}

}  // namespace cli

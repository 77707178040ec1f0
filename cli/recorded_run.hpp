/// One execution to look at: a case under its schedule, under a schedule from the command line, or
/// a trace file. For `replay` and `show`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/scenario/case_runner.hpp"
#include "core/scenario/expectation.hpp"

namespace cli {

/// What the user named. At most one of `schedule` and a trace as `file`.
struct RunRequest {
  std::string file;
  std::string case_name;
  std::string schedule;
  std::string scenario;  ///< of a trace: instead of the one that it names
  /// A case without a schedule runs by the fixed order; otherwise only cases with a schedule run.
  bool fixed_order = false;
};

struct RecordedRun {
  std::shared_ptr<const scenario::Scenario> scenario;
  std::shared_ptr<const scenario::Case> the_case;
  std::unique_ptr<scenario::CaseRunner> runner;  ///< refers to both
  std::string strategy;                          ///< what picked the tasks, for traces
  std::string replay_line;                       ///< the command that shows this execution again
  std::vector<sim::Departure> departures;
  std::optional<sim::Divergence> divergence;
  scenario::CaseOutcome outcome;
  std::string note;  ///< a line for the reader, or empty

  /// The execution went to its end as it was asked to.
  bool followed() const {
    return !divergence && outcome.kind != scenario::CaseOutcome::Kind::departed;
  }
};

bool is_trace(const std::string& path);

/// All that the request asks for, each ready to `carry_out`. Throws UsageError, InputError.
std::vector<RecordedRun> requested_runs(const RunRequest& request);

/// Runs it and fills in what came of it.
void carry_out(RecordedRun& run, const RunRequest& request);

}  // namespace cli

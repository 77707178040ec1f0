/// What a reader sees of one execution: which kernel, the picture, what was found, what the kernel
/// would have printed, and whether the file expects it.
#pragma once

#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "core/scenario/case_runner.hpp"
#include "core/scenario/expectation.hpp"

namespace cli {

/// File and case, source, kernel, and what the schedule left out, a line each.
std::string heading(const scenario::CaseRunner& runner);

/// Operations that did not do all that they were asked: "writer: pwrite 0 4k = -EDQUOT".
std::string failed_operations(const sim::Execution& execution);

/// Findings with their steps; then what the kernel would print.
std::string findings_and_messages(const sim::Execution& execution);

/// Where a guided schedule was left.
std::string departures_text(const std::vector<sim::Departure>& departures);

/// "as expected: ..." or "DIFFERS: ...".
std::string verdict_line(const scenario::CaseOutcome& outcome);

ExitCode exit_code(const scenario::CaseOutcome& outcome);

/// Diagram, counters at each stage, failed operations, findings, messages: a replay without its
/// head and verdict.
std::string story(const scenario::CaseRunner& runner);

/// Makes `command` the line that a bug of ours prints.
void announce(const std::string& command);

/// Writes the latest run of `runner` to `path`. Throws CommandError (output).
void write_trace(const scenario::CaseRunner& runner, const sim::TraceAbout& about,
                 const std::string& path);

}  // namespace cli

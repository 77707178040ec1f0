#include <algorithm>

#include <fmt/format.h>

#include "cli/case_search.hpp"
#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/interrupt.hpp"
#include "cli/output_file.hpp"
#include "cli/run_report.hpp"
#include "cli/scenario_input.hpp"
#include "cli/search_report.hpp"
#include "cli/terminal.hpp"
#include "core/scenario/case_runner.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/names.hpp"
#include "core/scenario/search_strategies.hpp"
#include "sim/assert.hpp"
#include "sim/text.hpp"

namespace cli {
namespace {

using scenario::Case;
using Strategy = scenario::Search::Strategy;

/// The search of a case as the options change it. --seed and --execution mean one that samples.
scenario::Search search_of(const Case& the_case, const ExploreOptions& options) {
  scenario::Search search = the_case.search;
  if (!options.strategy.empty()) {
    search.strategy = scenario::strategy_named(options.strategy);
    if (search.strategy == Strategy::none)
      throw UsageError(
          fmt::format("no strategy is named '{}' ({})", scenario::printable(options.strategy),
                      scenario::did_you_mean(options.strategy, scenario::strategy_words())));
  }
  const bool drawn = options.seed || options.execution;
  if (search.strategy == Strategy::none ||
      (drawn && options.strategy.empty() && !scenario::samples(search.strategy)))
    search.strategy = Strategy::portfolio;
  if (drawn && !scenario::samples(search.strategy))
    throw UsageError("--seed and --execution belong to strategies that sample");
  if (search.strategy != Strategy::exhaustive) {
    if (options.preemptions) throw UsageError("--preemptions belongs to --strategy exhaustive");
    if (options.memory) throw UsageError("--memory belongs to --strategy exhaustive");
  }
  if (options.preemptions) search.preemptions = *options.preemptions;
  if (options.seed) search.seed = *options.seed;
  if (options.runs) search.runs = *options.runs;
  return search;
}

std::vector<Case> cases_to_explore(const scenario::Scenario& scenario,
                                   const ExploreOptions& options) {
  if (!options.case_name.empty()) return {case_named(scenario, options.case_name)};
  if (scenario.cases.empty()) return {scenario::case_of_today()};
  std::vector<Case> cases;
  for (const Case& known : scenario.cases)
    if (known.search.strategy != Strategy::none) cases.push_back(known);
  if (cases.empty())
    throw UsageError(
        fmt::format("no case of {} has a search (name one with --case to explore "
                    "it)",
                    scenario::printable(scenario.file)));
  return cases;
}

/// The command that runs this search again.
std::string command_of(const scenario::Scenario& scenario, const Case& the_case,
                       const scenario::Search& search) {
  std::string text =
      command_for("explore", scenario.file, scenario.cases.empty() ? "" : the_case.name);
  text += fmt::format(" --strategy {}", scenario::strategy_word(search.strategy));
  if (search.preemptions) text += fmt::format(" --preemptions {}", *search.preemptions);
  return scenario::samples(search.strategy) ? text + fmt::format(" --seed {}", search.seed) : text;
}

/// One execution is no search: what shapes a search would mean nothing.
void check_execution(const ExploreOptions& options) {
  if (!options.execution) return;
  const DivisionOptions& division = options.division;
  const std::pair<const char*, bool> of_a_search[] = {
      {"--runs", options.runs.has_value()},
      {"--jobs", division.jobs != 0},
      {"--checkpoint", !division.checkpoint.empty()},
      {"--resume", division.resume},
      {"--shard", !division.shard.empty()}};
  for (const auto& [option, given] : of_a_search)
    if (given)
      throw UsageError(
          fmt::format("--execution runs one execution and no search: leave out {}", option));
}

ExitCode show_execution(const scenario::Scenario& scenario, const Case& the_case,
                        const scenario::Search& search, const ExploreOptions& options) {
  scenario::CaseRunner runner(scenario, the_case);
  const std::string command =
      fmt::format("{} --execution {}", command_of(scenario, the_case, search), *options.execution);
  announce(command);
  runner.follow_sample(search, *options.execution);
  const scenario::CaseOutcome outcome = scenario::compare_witness(the_case, runner.execution());
  const std::string schedule = sim::to_text(sim::schedule_of(runner.execution().record()));
  print(heading(runner) + story(runner) + verdict_line(outcome));
  print(
      fmt::format("replay: {} --schedule {}\n",
                  command_for("replay", scenario.file, scenario.cases.empty() ? "" : the_case.name),
                  shell_word(schedule)));
  if (!options.trace_output.empty()) {
    sim::TraceAbout about = runner.about(name_in_trace(scenario.file),
                                         std::string(scenario::strategy_word(search.strategy)));
    about.seed = search.seed;
    about.more.emplace_back("execution", std::to_string(*options.execution));
    write_trace(runner, about, options.trace_output);
  }
  return exit_code(outcome);
}

/// Runs the witness again, narrated, and writes it as `replay --schedule` would.
void write_witness(scenario::CaseRunner& runner, const scenario::FindingGroup& group,
                   const std::string& path) {
  const auto divergence = runner.follow(group.witness);
  const auto& findings = runner.execution().findings();
  const bool shown =
      std::any_of(findings.begin(), findings.end(), [&](const sim::Finding& finding) {
        return finding.kind == group.kind && finding.name == group.name;
      });
  FSW_ASSERT(!divergence && shown, "a witness shows its finding again");
  write_trace(runner, runner.about(name_in_trace(runner.scenario().file), "schedule"), path);
}

/// What a shard says of itself: the verdict belongs to all of them together.
std::string shard_report(const Shard& shard, const scenario::SearchOutcome& found,
                         const std::string& file) {
  const sim::SearchResult& result = found.result;
  const std::string ending = result.exhausted         ? "to its end"
                             : result.gave_up.empty() ? "ended early: --resume goes on with it"
                                                      : result.gave_up;
  return fmt::format(
      "  shard   {} of {}, {}\n  counts  {} executions; {} without finding\n  file    {}\n",
      shard.number, shard.of, ending, result.executions, result.clean, sim::ascii(file));
}

/// How to go on with a search that was stopped before its end; empty: it was not. Beside the
/// result, which merged shards print likewise.
std::string way_on(const scenario::Search& search, const ExploreOptions& options,
                   const sim::SearchResult& result) {
  const std::string& checkpoint = options.division.checkpoint;
  if (!result.gave_up.empty())
    return fmt::format(
        "to go on: --memory takes more MiB for each process (fewer --jobs leave more for each), "
        "{}{}\n",
        search.preemptions ? "fewer --preemptions need less" : "--preemptions N bounds the search",
        checkpoint.empty() ? "" : "; --resume runs what gave up anew");
  if (result.exhausted || !interruption()) return {};
  if (!checkpoint.empty())
    return fmt::format("to go on: the same command with --resume takes up {}\n",
                       sim::ascii(checkpoint));
  const bool in_one_piece = options.runs && !scenario::samples(search.strategy);
  return scenario::divisible(search) && !in_one_piece
             ? "to be able to go on: --checkpoint FILE keeps what is done for --resume\n"
             : "";
}

ExitCode explore_case(const scenario::Scenario& scenario, const Case& the_case,
                      const scenario::Search& search, const ExploreOptions& options) {
  scenario::CaseRunner runner(scenario, the_case);
  CaseSearch what{search,
                  std::nullopt,
                  options.memory,
                  options.division,
                  command_of(scenario, the_case, search),
                  options.quiet};
  if (!scenario::samples(search.strategy)) what.most_runs = options.runs;
  const scenario::SearchOutcome found = search_case(runner, what);
  if (!options.division.shard.empty()) {
    print(heading(runner) +
          shard_report(shard_of(options.division.shard), found, options.division.checkpoint));
    return found.result.exhausted ? ExitCode::ok : ExitCode::inconclusive;
  }
  const scenario::CaseOutcome outcome =
      judge_search(the_case, search, what.most_runs.has_value(), found.result);
  print(heading(runner) + search_report(runner, search, found));
  print(verdict_line(outcome));
  remark(way_on(search, options, found.result));
  if (!options.trace_output.empty()) {
    if (found.groups.empty())
      throw CommandError(ExitCode::inconclusive, "no finding, so there is no witness to write");
    write_witness(runner, found.groups.front(), options.trace_output);
  }
  return exit_code(outcome);
}

/// Options of a division that do not go together, or not with others.
void check_division(const ExploreOptions& options) {
  const DivisionOptions& division = options.division;
  if (division.checkpoint.empty() && (division.resume || !division.shard.empty()))
    throw UsageError("--resume and --shard need the file that --checkpoint names");
  if (!division.shard.empty() && !options.trace_output.empty())
    throw UsageError("a shard has no witness of the search: --trace does not go with --shard");
}

}  // namespace

ExitCode explore(const ExploreOptions& options) {
  const scenario::Scenario scenario = load_scenario(options.file);
  const std::vector<Case> cases = cases_to_explore(scenario, options);
  check_execution(options);
  check_division(options);
  const bool one =
      options.execution || !options.trace_output.empty() || !options.division.checkpoint.empty();
  if (one && cases.size() > 1) throw UsageError("name the case with --case");
  check_output("--checkpoint", options.division.checkpoint, {options.file});
  check_output("--trace", options.trace_output, {options.file, options.division.checkpoint});
  ExitCode code = ExitCode::ok;
  bool first = true;
  for (const Case& the_case : cases) {
    if (!first) print("\n");
    first = false;
    const scenario::Search search = search_of(the_case, options);
    code = worse(code, options.execution ? show_execution(scenario, the_case, search, options)
                                         : explore_case(scenario, the_case, search, options));
    if (const auto signal = interruption()) return *signal;
  }
  return code;
}

}  // namespace cli

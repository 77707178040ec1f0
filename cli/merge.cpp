#include <fmt/format.h>

#include "cli/case_search.hpp"
#include "cli/commands.hpp"
#include "cli/run_report.hpp"
#include "cli/scenario_input.hpp"
#include "cli/search_file.hpp"
#include "cli/search_report.hpp"
#include "cli/terminal.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/search_strategies.hpp"

namespace cli {
namespace {

using scenario::InputError;

/// The files by shard; every one of them is there once, ended, and of one search.
std::vector<SearchState> read_shards(const std::vector<std::string>& paths) {
  std::vector<SearchState> shards;
  std::vector<std::string> path_of;
  for (const std::string& path : paths) {
    SearchState read = read_search_file(path);
    const auto [number, count] = read.about.shard;
    if (number < 1 || number > count) throw InputError(path, {}, "is no shard of anything");
    if (shards.empty()) {
      shards.resize(count);
      path_of.resize(count);
    } else if (const std::string difference = other_search(read.about, shards.front().about);
               !difference.empty()) {
      throw InputError(path, {}, "is of another search than " + paths.front() + ": " + difference);
    }
    if (!read.left.empty())
      throw InputError(path, {}, "is not finished: a part of its search is left",
                       "explore it with --resume");
    if (const std::string& other = path_of[number - 1]; !other.empty())
      throw InputError(path, {},
                       path == other
                           ? "is named twice"
                           : fmt::format("is shard {} of {}, as {} is", number, count, other),
                       "name each shard once");
    if (shards.front().about.scenario.empty()) shards.front().about = read.about;
    path_of[number - 1] = path;
    shards[number - 1] = std::move(read);
  }
  for (std::size_t i = 0; i < path_of.size(); ++i)
    if (path_of[i].empty())
      throw InputError(
          paths.front(), {},
          fmt::format("is of {} shards, of which number {} is missing", path_of.size(), i + 1));
  return shards;
}

scenario::Search search_of(const SearchAbout& about, const scenario::Case& the_case) {
  scenario::Search search = the_case.search;
  search.strategy = scenario::strategy_named(about.strategy);
  search.preemptions.reset();
  if (!scenario::samples(search.strategy)) return search;
  search.seed = about.seed;
  search.runs = about.runs;
  return search;
}

}  // namespace

ExitCode merge(const MergeOptions& options) {
  const std::vector<SearchState> shards = read_shards(options.files);
  const SearchAbout& about = shards.front().about;
  const scenario::Scenario scenario = load_scenario(
      options.scenario.empty() ? find_named_scenario(about.scenario, options.files.front())
                               : options.scenario);
  const scenario::Case the_case =
      about.case_name.empty() ? scenario::case_of_today() : case_named(scenario, about.case_name);
  scenario::CaseRunner runner(scenario, the_case);
  const scenario::Search search = search_of(about, the_case);
  const SearchAbout now = about_search(scenario, the_case, runner.plan().fixes_text, search);
  if (now.digest != about.digest)
    throw InputError(scenario.file, {},
                     "is not the scenario that was searched: it has changed since");
  scenario::SearchShare sum;
  scenario::GivenUp given_up;
  for (const SearchState& shard : shards) {
    sum.add(shard.share);
    given_up.add(shard.given_up);
  }
  const scenario::SearchOutcome found = outcome_of(std::move(sum), given_up, true);
  const scenario::CaseOutcome outcome = judge_search(the_case, search, false, found.result);
  print(heading(runner) + search_report(runner, search, found) + verdict_line(outcome));
  return exit_code(outcome);
}

}  // namespace cli

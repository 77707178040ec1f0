#include <fmt/format.h>

#include "cli/case_search.hpp"
#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/interrupt.hpp"
#include "cli/run_report.hpp"
#include "cli/scenario_input.hpp"
#include "cli/search_report.hpp"
#include "cli/terminal.hpp"
#include "core/scenario/case_runner.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/names.hpp"
#include "core/scenario/reverted_twin.hpp"

namespace cli {
namespace {

using scenario::Case;

/// Counts and prints a line for each result.
class Checker {
 public:
  explicit Checker(const CheckOptions& options) : options_(options) {}

  void check_file(const std::string& path) {
    try {
      const scenario::Scenario scenario = load_scenario(path);
      for (const Case& the_case : scenario.cases) {
        if (interruption()) return;
        check_case(scenario, the_case);
      }
    } catch (const scenario::InputError& error) {
      refuse(error.what());
    }
  }

  void refuse(const std::string& sentence) {
    line(false, sentence);
    code_ = worse(code_, ExitCode::bad_input);
  }

  ExitCode finish() {
    if (left_out_ > 0)
      print(fmt::format("{} of tier full left out: --tier full\n",
                        left_out_ == 1 ? "1 case" : fmt::format("{} cases", left_out_)));
    if (interruption()) print("interrupted\n");
    if (passed_ + failed_ + left_out_ == 0 && !interruption())
      refuse("no file has a case to check");
    print(fmt::format("{} passed, {} failed\n", passed_, failed_));
    return interruption().value_or(code_);
  }

 private:
  void check_case(const scenario::Scenario& scenario, const Case& the_case) {
    if (the_case.tier == Case::Tier::full && options_.tier != "full") {
      ++left_out_;
      return;
    }
    const std::string where =
        fmt::format("{}: {}", scenario::printable(scenario.file, 4096), the_case.name);
    scenario::CaseRunner runner(scenario, the_case);
    const scenario::CaseOutcome outcome =
        the_case.schedule.empty() ? run_search(runner) : run_schedule(runner);
    if (interruption()) return;
    judge(where, outcome, scenario::missing_twin(scenario, the_case));
  }

  scenario::CaseOutcome run_schedule(scenario::CaseRunner& runner) {
    announce(command_for("replay", runner.scenario().file, runner.the_case().name));
    const auto departures = runner.follow_schedule();
    if (options_.verbose)
      details_ = departures_text(departures) + findings_and_messages(runner.execution());
    return scenario::compare(runner.the_case(), runner.execution(), departures, runner.stages());
  }

  scenario::CaseOutcome run_search(scenario::CaseRunner& runner) {
    const Case& the_case = runner.the_case();
    const CaseSearch what{the_case.search,
                          std::nullopt,
                          std::nullopt,
                          {options_.jobs, {}, false, {}},
                          command_for("explore", runner.scenario().file, the_case.name),
                          options_.quiet};
    const scenario::SearchOutcome found = search_case(runner, what);
    if (options_.verbose) details_ = search_report(runner, the_case.search, found);
    return scenario::compare(the_case, found.result);
  }

  void judge(const std::string& where, const scenario::CaseOutcome& outcome,
             const std::optional<scenario::InputError>& missing_twin) {
    const bool good = outcome.matches() && !missing_twin;
    if (good)
      line(true, fmt::format("{}: {} ({})", where, outcome.expected, outcome.observed));
    else if (outcome.matches())
      line(false, missing_twin->what());
    else
      line(false,
           fmt::format("{}: expected {}, but {}", where, outcome.expected, outcome.observed));
    if (!good) code_ = worse(code_, ExitCode::finding);
    print(details_);
    details_.clear();
  }

  void line(bool good, const std::string& text) {
    ++(good ? passed_ : failed_);
    print(fmt::format("{} {}\n", styled(good ? Style::good : Style::bad, good ? "PASS" : "FAIL"),
                      text));
  }

  const CheckOptions& options_;
  std::string details_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  std::size_t left_out_ = 0;
  ExitCode code_ = ExitCode::ok;
};

}  // namespace

ExitCode check(const CheckOptions& options) {
  if (options.tier != "quick" && options.tier != "full")
    throw UsageError(fmt::format("no tier is named '{}' ({})", scenario::printable(options.tier),
                                 scenario::did_you_mean(options.tier, {"quick", "full"})));
  Checker checker(options);
  for (const std::string& path : options.paths) {
    try {
      for (const std::string& file : scenario_files(path)) checker.check_file(file);
    } catch (const scenario::InputError& error) {
      checker.refuse(error.what());
    }
  }
  return checker.finish();
}

}  // namespace cli

// docs/VERDICTS.md: what every exhaustive search of the scenarios says, with its counts. Cases that
// a scenario adds join by themselves. Other pages quote these counts.
#include <regex>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/scenario/case_runner.hpp"
#include "core/scenario/expectation.hpp"
#include "core/scenario/input_file.hpp"
#include "sim/explore/verdict.hpp"
#include "tests/support/document.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using scenario::Case;

constexpr const char* kHead = R"(# What the searches say

Written by `tests/verdicts` (`FSWEAVE_ACCEPT=1 ./dev test`); a plain run compares. One row for each
case of the quick tier that is searched exhaustively. An execution stands for a whole class
(Mazurkiewicz trace); every one of these searches came to its end.

| scenario | case | kernel | verdict | executions | final states |
| --- | --- | --- | --- | ---: | ---: |
)";

bool is_listed(const Case& the_case) {
  return the_case.schedule.empty() && the_case.tier == Case::Tier::quick &&
         the_case.search.strategy == scenario::Search::Strategy::exhaustive;
}

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, "\\");
  return text;
}

/// "sometimes: 8 of 66: qgroup-data-reservation", or "never"; one for each name that the case has.
std::string verdict(const Case& the_case, const sim::SearchResult& result) {
  if (the_case.expect.findings.empty()) return std::string(word(sim::judge(result).verdict));
  std::string text;
  for (const std::string& name : the_case.expect.findings) {
    const sim::Judgement judged = sim::judge(result, name);
    text += fmt::format("{}{}: {} of {}: {}", text.empty() ? "" : "<br>", word(judged.verdict),
                        judged.executions, result.executions, name);
  }
  return cell(text);
}

std::string row(const std::string& file, const scenario::Scenario& scenario, const Case& the_case) {
  CAPTURE(file);
  CAPTURE(the_case.name);
  scenario::CaseRunner runner(scenario, the_case);
  const sim::SearchResult result = runner.search(the_case.search, {}).result;
  CHECK(result.complete());
  CHECK(scenario::compare(the_case, result).matches());
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", file, the_case.name,
                     cell(runner.plan().fixes_text), verdict(the_case, result), result.executions,
                     result.final_states.size());
}

std::string document() {
  std::string text = kHead;
  for (const support::ScenarioFile& file : support::scenario_files()) {
    const scenario::Scenario scenario = scenario::read_scenario(file.path);
    for (const Case& the_case : scenario.cases)
      if (is_listed(the_case)) text += row(file.name, scenario, the_case);
  }
  return text;
}

}  // namespace

TEST_CASE("docs/VERDICTS.md is what the exhaustive searches of the scenarios say") {
  support::check_document("VERDICTS.md", document());
}

TEST_CASE("Counts that docs/EXT4.md quotes stand in docs/VERDICTS.md") {
  const std::string verdicts = support::read_document("VERDICTS.md");
  const std::string page = support::read_document("EXT4.md");
  static const std::regex kCount("[0-9]+ of [0-9]+");
  std::size_t quoted = 0;
  for (std::sregex_iterator it(page.begin(), page.end(), kCount), end; it != end; ++it, ++quoted) {
    CAPTURE(it->str());
    CHECK(verdicts.find(": " + it->str() + ":") != std::string::npos);
  }
  CHECK(quoted > 0);
}

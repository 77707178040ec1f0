// docs/STRATEGIES.md: what each strategy needs until it first shows what a case expects.
// FSWEAVE_ACCEPT=1 with the long suite writes the table. Cases that a scenario adds join by
// themselves.
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/scenario/input_file.hpp"
#include "core/scenario/search_strategies.hpp"
#include "tests/strategies/first_finding.hpp"
#include "tests/support/document.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

using Strategy = scenario::Search::Strategy;
using testing::CaseWithFinding;

constexpr const char* kDocument = "STRATEGIES.md";
constexpr std::string_view kTableBegins = "<!-- table -->\n";

struct Scenarios {
  std::vector<std::unique_ptr<scenario::Scenario>> read;
  std::vector<CaseWithFinding> cases;  ///< by file, then as the file has them
};

Scenarios read_scenarios() {
  Scenarios scenarios;
  for (const support::ScenarioFile& file : support::scenario_files()) {
    scenarios.read.push_back(
        std::make_unique<scenario::Scenario>(scenario::read_scenario(file.path)));
    for (const scenario::Case& the_case : scenarios.read.back()->cases)
      if (testing::expects_finding(the_case))
        scenarios.cases.push_back({file.name, scenarios.read.back().get(), &the_case});
  }
  return scenarios;
}

std::vector<Strategy> sampling_strategies() {
  std::vector<Strategy> strategies;
  for (const std::string_view word : scenario::strategy_words())
    if (scenario::samples(scenario::strategy_named(word)))
      strategies.push_back(scenario::strategy_named(word));
  return strategies;
}

std::string row_begin(const CaseWithFinding& wanted) {
  return fmt::format("| {} | {} |", wanted.file, wanted.the_case->name);
}

std::string row(const CaseWithFinding& wanted) {
  std::string text = row_begin(wanted);
  for (const Strategy strategy : sampling_strategies())
    text += fmt::format(" {} |", testing::executions_needed(wanted, strategy).text());
  return text + "\n";
}

std::string table_head() {
  std::string head = "| scenario | case |";
  std::string line = "| --- | --- |";
  for (const Strategy strategy : sampling_strategies()) {
    head += fmt::format(" {} |", scenario::strategy_word(strategy));
    line += " ---: |";
  }
  return head + "\n" + line + "\n";
}

}  // namespace

// Rows of new cases come with the next long run.
TEST_CASE(
    "docs/STRATEGIES.md has the strategies that there are, and rows of cases that there are") {
  const std::string text = support::read_document(kDocument);
  const std::size_t begin = text.find(kTableBegins);
  REQUIRE(begin != std::string::npos);
  std::istringstream table(text.substr(begin + kTableBegins.size()));
  std::set<std::string> known;
  const Scenarios scenarios = read_scenarios();
  for (const CaseWithFinding& wanted : scenarios.cases) known.insert(row_begin(wanted));
  std::string line;
  std::getline(table, line);
  CHECK(line + "\n" == table_head().substr(0, line.size() + 1));
  std::getline(table, line);
  while (std::getline(table, line) && line.starts_with("| ")) {
    std::size_t end = 0;
    for (int column = 0; column < 3; ++column) end = line.find('|', end) + 1;
    CAPTURE(line);
    CHECK(known.contains(line.substr(0, end)));
  }
}

TEST_SUITE("long") {
  TEST_CASE("docs/STRATEGIES.md says what the strategies need") {
    std::string table = table_head();
    const Scenarios scenarios = read_scenarios();
    for (const CaseWithFinding& wanted : scenarios.cases) {
      table += row(wanted);
      MESSAGE(table.substr(table.rfind('\n', table.size() - 2) + 1));
    }
    const std::string text = support::read_document(kDocument);
    const std::size_t begin = text.find(kTableBegins);
    REQUIRE(begin != std::string::npos);
    support::check_document(kDocument, text.substr(0, begin + kTableBegins.size()) + table);
  }
}

#include "tests/strategies/first_finding.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/scenario/case_plan.hpp"
#include "core/scenario/search_strategies.hpp"
#include "core/scenario/world.hpp"
#include "sim/explore/verdict.hpp"

namespace testing {
namespace {

std::string rank_text(const std::vector<std::uint64_t>& ascending, std::size_t rank) {
  const std::uint64_t value = ascending[rank - 1];
  return value > Needed::kMost ? fmt::format("> {}", Needed::kMost) : fmt::to_string(value);
}

bool shows(const sim::Execution& execution, const scenario::Expect& expect) {
  return std::any_of(
      execution.findings().begin(), execution.findings().end(), [&](const sim::Finding& finding) {
        return std::any_of(expect.findings.begin(), expect.findings.end(),
                           [&](const std::string& name) { return sim::goes_by(finding, name); });
      });
}

}  // namespace

std::string Needed::text() const {
  const std::string low = rank_text(executions, 40);
  const std::string high = rank_text(executions, 61);
  const std::uint64_t lower = executions[49];
  const std::uint64_t upper = executions[50];
  const std::string median =
      upper > kMost ? fmt::format("> {}", kMost) : fmt::to_string((lower + upper) / 2);
  if (low == high) return median;
  return fmt::format("{} ({} .. {})", median, low, high);
}

bool expects_finding(const scenario::Case& the_case) {
  using Kind = scenario::Expect::Kind;
  const Kind kind = the_case.expect.kind;
  return the_case.search.strategy != scenario::Search::Strategy::none &&
         (kind == Kind::sometimes || kind == Kind::always || kind == Kind::finding);
}

Needed executions_needed(const CaseWithFinding& wanted, scenario::Search::Strategy strategy) {
  const scenario::CasePlan plan = scenario::plan_case(*wanted.scenario, *wanted.the_case);
  scenario::World world(*wanted.scenario, plan.fixes);
  sim::Execution execution(plan.options);
  Needed needed;
  scenario::Search how;
  how.strategy = strategy;
  how.runs = Needed::kMost;
  for (how.seed = 1; how.seed <= Needed::kSeeds; ++how.seed) {
    const auto search = scenario::make_search(how, 0, 0, execution, world);
    std::uint64_t count = 0;
    bool found = false;
    do {
      ++count;
      execution.run_on(world, *search, search->shared());
      found = shows(execution, wanted.the_case->expect);
    } while (!found && search->advance());
    needed.executions.push_back(found ? count : Needed::kMost + 1);
  }
  std::sort(needed.executions.begin(), needed.executions.end());
  return needed;
}

}  // namespace testing

// A scenario whose searches go back to kept states shows what it shows when it is run from its
// beginning each time.
#include <string>

#include <doctest/doctest.h>

#include "core/scenario/case_plan.hpp"
#include "core/scenario/world.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "sim/strategies/random_walk.hpp"
#include "tests/support/executions_seen.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

void sees_the_same(sim::Model& world, sim::Search& kept, sim::Search& repeated,
                   const sim::ExecutionOptions& options) {
  constexpr std::size_t kMost = 40;
  const auto a = testing::executions_seen(world, kept, true, kMost, options);
  const auto b = testing::executions_seen(world, repeated, false, kMost, options);
  CHECK(a.executions == b.executions);
}

}  // namespace

TEST_CASE("Every execution of every case is the same whether states are kept or not") {
  for (const support::ScenarioFile& file : support::scenario_files()) {
    const scenario::Scenario scenario = scenario::read_scenario(file.path);
    for (const scenario::Case& the_case : scenario.cases) {
      INFO(file.name << ": " << the_case.name);
      const scenario::CasePlan plan = scenario::plan_case(scenario, the_case);
      scenario::World world(scenario, plan.fixes);
      REQUIRE(world.lives_in_arena());
      sim::OptimalDpor kept;
      sim::OptimalDpor repeated;
      sees_the_same(world, kept, repeated, plan.options);
      sim::RandomWalk kept_walk({1, 0, 40});
      sim::RandomWalk repeated_walk({1, 0, 40});
      sees_the_same(world, kept_walk, repeated_walk, plan.options);
    }
  }
}

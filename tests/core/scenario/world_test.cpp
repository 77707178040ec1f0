#include "core/scenario/world.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "core/scenario/case_plan.hpp"
#include "core/scenario/input_error.hpp"
#include "sim/strategies/random_walk.hpp"

using namespace scenario;

namespace {

/// A scenario in which two tasks run; `left` and `right` are lists of commands.
Scenario two_tasks(const std::string& left, const std::string& right) {
  return parse_scenario(R"({ "fsweave": 1, "fs": { "type": "btrfs" },
                            "tasks": { "left": [)" +
                            left + R"(], "right": [)" + right + "] } }",
                        "s");
}

std::string error_of(const Scenario& scenario) {
  try {
    World(scenario, plan_case(scenario, case_of_today()).fixes);
  } catch (const InputError& refused) {
    return to_string(refused);
  }
  return {};
}

std::set<std::uint64_t> final_states(const Scenario& scenario) {
  const CasePlan plan = plan_case(scenario, case_of_today());
  World world(scenario, plan.fixes);
  sim::Execution execution(plan.options);
  sim::RandomWalk walk({1, 0, 20});
  std::set<std::uint64_t> states;
  do {
    execution.run(world, walk);
    states.insert(execution.final_state());
  } while (walk.advance());
  return states;
}

}  // namespace

// Else it would be a step that no search knows of: the one that is first gives its file the lower
// number.
TEST_CASE("which task names its file first makes no difference") {
  CHECK(
      final_states(two_tasks(R"("open -f foo", "pwrite 0 4k")", R"("open -f bar", "pwrite 0 8k")"))
          .size() == 1);
}

TEST_CASE("a task may not change what is a constant of a file to the others") {
  CHECK(error_of(two_tasks(R"("open -f foo", "chattr +C foo")", R"("sync")"))
            .find("chattr is modelled in setup and teardown alone") != std::string::npos);
}

TEST_CASE("the filesystem is not unmounted while others use it") {
  CHECK(error_of(two_tasks(R"("open -f foo", "umount")", R"("sync")")) ==
        "s:2:65: umount while other tasks run is not modelled: the kernel says EBUSY (put it into "
        "teardown)");
  const auto parsed = [](const std::string& setup, const std::string& task) {
    return parse_scenario(R"({ "fsweave": 1, "fs": { "type": "btrfs" }, "setup": [)" + setup +
                              R"(], "tasks": { "only": [)" + task + "] } }",
                          "s");
  };
  CHECK(error_of(parsed(R"("umount")", R"("sync")")).find("(put it into teardown)") !=
        std::string::npos);
  CHECK(error_of(parsed(R"("open -f foo")", R"("sync", "umount")")).empty());
}

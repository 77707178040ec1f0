// What every random strategy promises: an execution that depends on seed and number alone, and
// bounds that hold.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/schedule.hpp"
#include "tests/sim/small_models.hpp"
#include "tests/support/preemptions.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/sampled.hpp"
#include "tests/support/strategies.hpp"

namespace {

using testing::Program;
using testing::sample;
using testing::Share;
using testing::share_of;

std::vector<std::string> schedules(sim::Model& model, sim::Search& search) {
  std::vector<std::string> all;
  sample(model, search, [&](const sim::Execution& execution) {
    all.push_back(sim::to_text(sim::schedule_of(execution.record())));
  });
  return all;
}

sim::Profile profile_of(sim::Model& model) {
  sim::Execution execution;
  return sim::profile(execution, model);
}

}  // namespace

TEST_CASE("Execution K of a seed is the same when it is run alone") {
  constexpr std::uint64_t kRuns = 300;
  small_models::Bios model;
  const sim::Profile profile = profile_of(model);
  for (const testing::NamedStrategy& strategy : testing::random_strategies()) {
    CAPTURE(strategy.name);
    const auto all = schedules(model, *strategy.make({7, 0, kRuns}, profile));
    REQUIRE(all.size() == kRuns);
    for (const std::uint64_t number : {0, 7, 8, 63, 64, 255, 256, 257, 299}) {
      CAPTURE(number);
      const auto alone = schedules(model, *strategy.make({7, number, 1}, profile_of(model)));
      REQUIRE(alone.size() == 1);
      CHECK(alone[0] == all[number]);
    }
    CHECK(schedules(model, *strategy.make({8, 0, kRuns}, profile)) != all);
  }
}

TEST_CASE("Random strategies reach every final state of a small program, choices included") {
  small_models::Bios model;
  const sim::Profile profile = profile_of(model);
  for (const testing::NamedStrategy& strategy : testing::random_strategies()) {
    CAPTURE(strategy.name);
    std::set<std::uint64_t> states;
    sample(model, *strategy.make({1, 0, 400}, profile),
           [&](const sim::Execution&) { states.insert(model.final_state()); });
    CHECK(states == std::set<std::uint64_t>{0, 1, 2});
  }
}

TEST_CASE("A profile counts the steps of each task with those of what it spawns") {
  small_models::Bios model;
  const sim::Profile profile = profile_of(model);
  // writer: 2 spawns; each bio-end: read, update if there is an error, spawn; each worker: 2 reads.
  CHECK(profile.steps == 12);
  REQUIRE(profile.tasks.size() == 5);
  CHECK(profile.tasks[0].steps == 12);
  CHECK(profile.classes == std::vector<std::string>{"errors"});
  CHECK(profile.tasks[0].of_class[0] == 8);
  std::uint32_t workers = 0;
  for (const auto& share : profile.tasks)
    if (share.steps == 2) ++workers;
  CHECK(workers == 2);
  CHECK(profile.steps_of(0) == 0);
}

TEST_CASE("A bounded walk never preempts more often than it may") {
  Program program = testing::p2();
  for (std::uint32_t bound = 0; bound < 4; ++bound) {
    sim::BoundedWalk walk({testing::sampling_seed(), 0, 2000}, bound, 15);
    std::uint32_t most = 0;
    sample(program, walk, [&](const sim::Execution& execution) {
      most = std::max(most, testing::preemptions(execution.record()));
    });
    CHECK(most == bound);
  }
}

TEST_CASE("P2 needs three preemptions and P3 two: a smaller bound never fails") {
  Program two = testing::p2();
  const auto fails = [&](const sim::Execution&) { return testing::p2_fails(two); };
  sim::BoundedWalk below({testing::sampling_seed(), 0, 100'000}, 2, 15);
  CHECK(share_of(two, below, fails).hits == 0);
  sim::BoundedWalk enough({testing::sampling_seed(), 0, 100'000}, 3, 15);
  CHECK(share_of(two, enough, fails).hits > 0);
}

TEST_CASE("PCT finds what needs depth 4 at depth 4, and never at depth 3") {
  Program program = testing::p2();
  const auto fails = [&](const sim::Execution&) { return testing::p2_fails(program); };
  INFO("seed " << testing::sampling_seed());
  sim::Pct shallow({testing::sampling_seed(), 0, 100'000}, {3, 3}, 15);
  CHECK(share_of(program, shallow, fails).hits == 0);
  sim::Pct deep({testing::sampling_seed(), 0, 100'000}, {4, 4}, 15);
  const Share share = share_of(program, deep, fails);
  CHECK(share.fits(2. / 3375));  // exact, over all permutations and change points
}

TEST_SUITE("long") {
  TEST_CASE("A random walk meets the bug of P2 once in 46,212 executions") {
    Program program = testing::p2();
    sim::RandomWalk walk({testing::sampling_seed(), 0, 10'000'000});
    const Share share =
        share_of(program, walk, [&](const sim::Execution&) { return testing::p2_fails(program); });
    INFO("seed " << testing::sampling_seed() << ": 1 in " << 1 / share.value());
    CHECK(share.fits(1. / 46'212));
  }
}

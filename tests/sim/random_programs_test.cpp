#include <string>

#include <doctest/doctest.h>

#include "sim/explore/optimal_dpor.hpp"
#include "sim/explore/source_dpor.hpp"
#include "tests/support/brute_force.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/seed.hpp"

namespace {

using testing::brute_force;
using testing::Explored;

struct Totals {
  std::uint64_t compared = 0;
  std::uint64_t skipped = 0;
  std::uint64_t with_deadlock = 0;
  std::uint64_t with_race = 0;
  std::uint64_t interleavings = 0;
  std::uint64_t traces = 0;
  std::uint64_t redundant = 0;   ///< by source sets
  std::uint64_t by_choices = 0;  ///< by the optimal search
};

void compare(testing::ScriptModel& model, const testing::Script& script, std::uint64_t cap,
             Totals& totals) {
  const Explored all = brute_force(model, cap);
  if (!all.complete) {
    ++totals.skipped;
    return;
  }
  sim::SourceDpor source;
  const Explored by_source = explore_all(model, source, 8 * cap);
  CHECK(by_source.complete);
  CHECK(testing::difference(all, by_source) == "");
  sim::OptimalDpor search;
  const Explored optimal = explore_all(model, search, 8 * cap);
  CHECK(optimal.complete);
  CHECK(testing::difference(all, optimal) == "");
  // Which of its values a task will choose is not known when a reversal is planned.
  if (!script.has(testing::Do::choose)) CHECK(optimal.redundant == 0);
  ++totals.compared;
  totals.with_deadlock += all.deadlocks != 0 ? 1 : 0;
  for (const std::string& finding : all.findings())
    totals.with_race += finding.starts_with("data-race") ? 1 : 0;
  totals.interleavings += all.executions;
  totals.traces += all.traces.size();
  totals.redundant += by_source.redundant;
  totals.by_choices += optimal.redundant;
}

void compare_many(std::uint64_t count, unsigned operations, std::uint64_t cap) {
  const std::uint64_t seed = testing::seed_of_run();
  Totals totals;
  for (std::uint64_t number = 0; number < count; ++number)
    testing::with_random_program(seed, number, operations, [&](auto& model, const auto& script) {
      compare(model, script, cap, totals);
    });
  MESSAGE("FSWEAVE_SEED=" << seed << ": " << totals.compared << " programs, " << totals.skipped
                          << " skipped as too large, " << totals.with_deadlock
                          << " with deadlocks, " << totals.with_race << " with data races, "
                          << totals.interleavings << " interleavings, " << totals.traces
                          << " traces, " << totals.redundant
                          << " redundant executions by source sets, " << totals.by_choices
                          << " by the optimal search");
  CHECK(totals.compared > count / 2);
  CHECK(totals.with_deadlock > 0);
  CHECK(totals.with_race > 0);
}

Totals compared(const testing::Script& script) {
  testing::ScriptModel model(script);
  Totals totals;
  compare(model, script, 10'000, totals);
  CHECK(totals.skipped == 0);
  return totals;
}

}  // namespace

TEST_CASE("On random programs the reduced searches find what brute force finds, every trace once") {
  compare_many(200, 10, 30'000);
}

// Found by a random program.
TEST_CASE("A work item is not run before the end of another that it has to wait for") {
  compared(testing::queue_that_is_full());
}

TEST_CASE("A work item is not run before the end of another that had begun when it was born") {
  using testing::Do;
  const testing::Script script{{{{Do::queue_work, 1, 2}}, {{Do::queue_work, 1, 3}}, {}, {}}, 2};
  CHECK(compared(script).traces == 2);
}

// Found by a random program.
TEST_CASE("A lock is not tried without what its own task has to do before") {
  using testing::Do;
  const testing::Script script{{{{Do::try_lock_range, 0, 0, 1}, {Do::lock_range, 0, 3}},
                                {{Do::lock_range, 0, 2}, {Do::lock_range, 0, 3}},
                                {{Do::lock_range, 0, 0}}},
                               3};
  CHECK(compared(script).traces == 2);
}

TEST_SUITE("long") {
  TEST_CASE("On ten thousand random programs the reduced searches find what brute force finds") {
    compare_many(10'000, 11, 300'000);
  }
}

#include <iterator>

#include <doctest/doctest.h>

#include "tests/support/brute_force.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/seed.hpp"

namespace {

using testing::brute_force;
using testing::Explored;

constexpr std::uint64_t kUnitSizes[] = {1, 2, 3, 7};

struct Totals {
  std::uint64_t compared = 0;
  std::uint64_t traces = 0;
  std::uint64_t units[std::size(kUnitSizes)]{};
  std::uint64_t blocked[std::size(kUnitSizes)]{};
};

/// The search in units of each size against brute force.
void compare(testing::ScriptModel& model, std::uint64_t cap, Totals& totals) {
  const Explored all = brute_force(model, cap);
  if (!all.complete) return;
  ++totals.compared;
  totals.traces += all.traces.size();
  for (std::size_t i = 0; i < std::size(kUnitSizes); ++i) {
    CAPTURE(kUnitSizes[i]);
    std::uint64_t units = 0;
    const Explored cut = testing::explore_units(model, kUnitSizes[i], 40 * cap, units);
    CHECK(cut.complete);
    CHECK(testing::difference(all, cut) == "");
    CHECK(cut.executions - cut.redundant == all.traces.size());
    totals.units[i] += units;
    totals.blocked[i] += cut.redundant;
  }
}

void compare_many(std::uint64_t count, unsigned operations, std::uint64_t cap) {
  const std::uint64_t seed = testing::seed_of_run();
  Totals totals;
  for (std::uint64_t number = 0; number < count; ++number)
    testing::with_random_program(seed, number, operations,
                                 [&](auto& model, const auto&) { compare(model, cap, totals); });
  MESSAGE("FSWEAVE_SEED=" << seed << ": " << totals.compared << " programs, " << totals.traces
                          << " traces");
  CHECK(totals.compared > count / 2);
  for (std::size_t i = 0; i < std::size(kUnitSizes); ++i) {
    MESSAGE("in units of " << kUnitSizes[i] << ": " << totals.units[i] << " units, "
                           << totals.blocked[i] << " executions blocked by the cut");
    CHECK(totals.units[i] > totals.compared);
  }
}

}  // namespace

TEST_CASE("On random programs a search in units runs every trace once, however small they are") {
  compare_many(120, 9, 3'000);
}

// Found by a random program.
TEST_CASE("A way of a step that another unit explored comes after what only that way depends on") {
  const testing::Script script = testing::step_with_two_ways();
  testing::ScriptModel model(script);
  const Explored all = brute_force(model, 100);
  CHECK(all.traces.size() == 5);
  Totals totals;
  compare(model, 100, totals);
}

TEST_SUITE("long") {
  TEST_CASE("On ten thousand random programs a search in units runs every trace once") {
    compare_many(10'000, 11, 300'000);
  }
}

#include "sim/explore/preemption_bounded.hpp"

#include <numeric>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/bounded_depth_first.hpp"
#include "tests/support/brute_force.hpp"
#include "tests/support/preemptions.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/seed.hpp"

namespace {

using testing::Explored;

constexpr std::size_t kPlenty = std::size_t{1} << 28;

struct Totals {
  std::uint64_t compared = 0;
  std::uint64_t skipped = 0;
  std::uint64_t with_deadlock = 0;
  std::uint64_t left_out = 0;  ///< searches whose bound left something out
  std::uint64_t interleavings = 0;
  std::uint64_t traces = 0;
  std::uint64_t cut = 0;
};

/// The search with that bound against every interleaving with no more preemptions.
void compare(sim::Model& model, const Explored& unbounded, std::uint32_t bound, std::uint64_t cap,
             Totals& totals) {
  CAPTURE(bound);
  testing::BoundedDepthFirst all_within(bound);
  const Explored all = testing::explore_all(model, all_within, cap);
  CHECK(all.complete);
  sim::PreemptionBounded search(bound, kPlenty);
  const Explored bounded = testing::explore_all(model, search, 8 * cap);
  CHECK(bounded.complete);
  CHECK(search.complete());
  CHECK(testing::difference(all, bounded) == "");
  CHECK(bounded.executions <= all.executions);
  const auto traces = search.traces();
  CHECK(std::accumulate(traces.begin(), traces.end(), std::uint64_t{0}) == all.traces.size());
  totals.with_deadlock += all.deadlocks != 0 ? 1 : 0;
  if (!search.preemption_bound()) CHECK(testing::difference(unbounded, bounded) == "");
  totals.left_out += search.preemption_bound() ? 1 : 0;
  totals.interleavings += all.executions;
  totals.traces += all.traces.size();
  totals.cut += bounded.redundant;
}

void compare_many(std::uint64_t count, unsigned operations, std::uint64_t cap) {
  const std::uint64_t seed = testing::seed_of_run();
  Totals totals;
  for (std::uint64_t number = 0; number < count; ++number) {
    testing::with_random_program(seed, number, operations, [&](auto& model, const auto&) {
      const Explored all = testing::brute_force(model, cap);
      ++(all.complete ? totals.compared : totals.skipped);
      for (std::uint32_t bound = 0; all.complete && bound <= 4; ++bound)
        compare(model, all, bound, cap, totals);
    });
  }
  MESSAGE("FSWEAVE_SEED=" << seed << ": " << totals.compared << " programs, " << totals.skipped
                          << " skipped as too large, " << totals.left_out
                          << " searches that left something out, " << totals.with_deadlock
                          << " with deadlocks; " << totals.interleavings << " interleavings, "
                          << totals.traces << " traces, " << totals.cut << " executions cut");
  CHECK(totals.compared > count / 2);
  CHECK(totals.left_out > totals.compared);
  CHECK(totals.with_deadlock > 0);
}

}  // namespace

TEST_CASE("On random programs a bounded search finds what every interleaving within it finds") {
  compare_many(200, 10, 10'000);
}

TEST_CASE("An execution of a bounded search has no more preemptions than its trace needs") {
  testing::Program program = testing::p2();
  sim::PreemptionBounded search(2, kPlenty);
  sim::Execution execution;
  std::vector<std::uint64_t> traces;
  do {
    execution.run(program, search);
    if (search.redundant()) continue;
    const std::uint32_t needed = testing::preemptions(execution.record());
    REQUIRE(needed + 1 >= traces.size());  // fewer first
    REQUIRE(needed <= 2);
    traces.resize(needed + 1);
    ++traces[needed];
  } while (search.advance());
  CHECK(std::equal(traces.begin(), traces.end(), search.traces().begin(), search.traces().end()));
}

TEST_CASE("A bound that leaves nothing out says so") {
  testing::Program program = testing::ab_ba();
  for (const std::uint32_t bound : {0U, 1U, 2U}) {
    sim::PreemptionBounded search(bound, kPlenty);
    const Explored explored = testing::explore_all(program, search, 1000);
    CHECK(explored.complete);
    // Its deadlock needs one preemption, and no trace needs two.
    CHECK(explored.deadlocks == (bound == 0 ? 0 : 1));
    CHECK(search.preemption_bound().has_value() == (bound == 0));
  }
}

TEST_CASE("A bounded search gives up at its limit of memory, and names it") {
  testing::Program program = testing::p2();
  sim::PreemptionBounded search(8, std::size_t{1} << 20);
  const Explored explored = testing::explore_all(program, search, 1'000'000);
  CHECK(explored.executions > 1000);
  CHECK(search.gave_up() == "the search reached its limit of 1 MiB of memory");
}

TEST_SUITE("long") {
  TEST_CASE("On five thousand random programs a bounded search finds what it has to") {
    compare_many(5'000, 11, 100'000);
  }
}

// In an executable of its own, with the engine built for it. Mistakes that partial order reduction
// is known for, planted: the random programs must notice each.
#include <doctest/doctest.h>

#include "sim/explore/mutation.hpp"
#include "sim/explore/source_dpor.hpp"
#include "tests/support/brute_force.hpp"
#include "tests/support/random_script.hpp"

namespace {

constexpr std::uint64_t kSeed = 20260;

/// Number of the first random program on which `mutation` loses a trace (or runs one twice);
/// `limit` if none does.
std::uint64_t first_noticed(sim::Mutation mutation, bool loses, std::uint64_t limit) {
  for (std::uint64_t number = 0; number < limit; ++number) {
    const testing::Script script = testing::random_script(kSeed, number, 8);
    testing::ScriptModel model(script);
    const testing::Explored all = testing::brute_force(model, 3000);
    if (!all.complete) continue;
    sim::planted_mutation = mutation;
    sim::SourceDpor search;
    const testing::Explored mutant = testing::explore_all(model, search, 20'000);
    sim::planted_mutation = sim::Mutation::none;
    const bool noticed = loses ? mutant.traces.size() < all.traces.size() : mutant.repeated > 0;
    if (noticed) return number;
  }
  return limit;
}

void check_noticed(sim::Mutation mutation, bool loses) {
  constexpr std::uint64_t kLimit = 300;
  const std::uint64_t number = first_noticed(mutation, loses, kLimit);
  MESSAGE("first noticed by program " << number);
  CHECK(number < kLimit);
}

}  // namespace

TEST_CASE("Without planted mistake the random programs notice nothing") {
  CHECK(first_noticed(sim::Mutation::none, true, 100) == 100);
  CHECK(first_noticed(sim::Mutation::none, false, 100) == 100);
}
TEST_CASE("Forgetting the race of a task that ends blocked loses traces") {
  check_noticed(sim::Mutation::blocked_is_no_race, true);
}
TEST_CASE("Treating locks as plain accesses loses traces") {
  check_noticed(sim::Mutation::locks_race_as_accesses, true);
}
TEST_CASE("Taking the release for the race of a lock loses traces") {
  check_noticed(sim::Mutation::release_is_the_race, true);
}
TEST_CASE("Taking successful updates for reads loses traces") {
  check_noticed(sim::Mutation::updates_are_reads, true);
}
TEST_CASE("Never waking sleepers loses traces") {
  check_noticed(sim::Mutation::sleepers_never_wake, true);
}
TEST_CASE("Taking reads for dependent runs traces twice") {
  check_noticed(sim::Mutation::reads_are_dependent, false);
}
TEST_CASE("Taking failed attempts for writes runs traces twice") {
  check_noticed(sim::Mutation::failures_are_writes, false);
}

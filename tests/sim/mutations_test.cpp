// In an executable of its own, with the engine built for it. Mistakes that partial order reduction
// is known for, planted: the random programs must notice each.
#include <doctest/doctest.h>

#include "sim/explore/mutation.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "tests/support/brute_force.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/random_script.hpp"

namespace {

constexpr std::uint64_t kSeed = 20260;

enum class Shows { lost_traces, repeated_traces, redundant_executions };

bool shows(Shows what, const testing::Explored& all, const testing::Explored& mutant) {
  switch (what) {
    case Shows::lost_traces: return mutant.traces.size() < all.traces.size();
    case Shows::repeated_traces: return mutant.repeated > 0;
    case Shows::redundant_executions: return mutant.redundant > 0;
  }
  return false;
}

testing::Explored explored(sim::Model& model, std::uint64_t unit_size) {
  constexpr std::uint64_t kCap = 20'000;
  std::uint64_t units = 0;
  if (unit_size != 0) return testing::explore_units(model, unit_size, kCap, units);
  sim::OptimalDpor search;
  return testing::explore_all(model, search, kCap);
}

/// Number of the first random program on which the optimal search with `mutation` shows `what`;
/// `limit` if it does on none. In units of `unit_size` executions; 0: whole.
std::uint64_t first_noticed(sim::Mutation mutation, Shows what, std::uint64_t limit,
                            std::uint64_t unit_size = 0) {
  for (std::uint64_t number = 0; number < limit; ++number) {
    const testing::Script script = testing::random_script(kSeed, number, 8);
    if (script.has(testing::Do::choose)) continue;
    testing::ScriptModel model(script);
    const testing::Explored all = testing::brute_force(model, 3000);
    if (!all.complete) continue;
    sim::planted_mutation = mutation;
    const testing::Explored mutant = explored(model, unit_size);
    sim::planted_mutation = sim::Mutation::none;
    if (shows(what, all, mutant)) return number;
  }
  return limit;
}

void check_noticed(sim::Mutation mutation, Shows what, std::uint64_t unit_size = 0) {
  constexpr std::uint64_t kLimit = 300;
  const std::uint64_t number = first_noticed(mutation, what, kLimit, unit_size);
  MESSAGE("first noticed by program " << number);
  CHECK(number < kLimit);
}

}  // namespace

TEST_CASE("Without planted mistake the random programs notice nothing") {
  for (const Shows what : {Shows::lost_traces, Shows::repeated_traces, Shows::redundant_executions})
    CHECK(first_noticed(sim::Mutation::none, what, 100) == 100);
}
TEST_CASE("Forgetting the race of a task that ends blocked loses traces") {
  check_noticed(sim::Mutation::blocked_is_no_race, Shows::lost_traces);
}
TEST_CASE("Treating locks as plain accesses loses traces") {
  check_noticed(sim::Mutation::locks_race_as_accesses, Shows::lost_traces);
}
TEST_CASE("Taking the release for the race of a lock loses traces") {
  check_noticed(sim::Mutation::release_is_the_race, Shows::lost_traces);
}
TEST_CASE("Taking successful updates for reads loses traces") {
  check_noticed(sim::Mutation::updates_are_reads, Shows::lost_traces);
}
TEST_CASE("Never waking sleepers loses traces") {
  check_noticed(sim::Mutation::sleepers_never_wake, Shows::lost_traces);
}
TEST_CASE("Taking reads for dependent runs traces twice") {
  check_noticed(sim::Mutation::reads_are_dependent, Shows::repeated_traces);
}
TEST_CASE("Taking failed attempts for writes runs traces twice") {
  check_noticed(sim::Mutation::failures_are_writes, Shows::repeated_traces);
}
TEST_CASE("Running reversals that sleepers cover costs executions") {
  check_noticed(sim::Mutation::sleepers_unasked, Shows::redundant_executions);
}
TEST_CASE("Asking for initials instead of weak initials costs executions") {
  check_noticed(sim::Mutation::initials_only, Shows::redundant_executions);
}
TEST_CASE("Taking reversals for covered by what other units explored loses traces") {
  check_noticed(sim::Mutation::strangers_cover, Shows::lost_traces, 3);
}
// No program of the three hundred has two holders that need each other.
TEST_CASE("Leaving out one holder where several hold parts of a lock loses traces") {
  using testing::Do;
  const testing::Script script{{{{Do::lock_range, 0, 0}},
                                {{Do::lock_range, 0, 3}, {Do::unlock_range, 0, 3}},
                                {{Do::lock_range, 0, 2}}},
                               3};
  testing::ScriptModel model(script);
  const testing::Explored all = testing::brute_force(model, 100);
  CHECK(all.traces.size() == 2);
  sim::planted_mutation = sim::Mutation::others_hold_on;
  CHECK(shows(Shows::lost_traces, all, explored(model, 0)));
  sim::planted_mutation = sim::Mutation::none;
  CHECK_FALSE(shows(Shows::lost_traces, all, explored(model, 0)));
}
TEST_CASE("Forgetting the other ways of a step that other units explored loses traces") {
  const testing::Script script = testing::step_with_two_ways();
  testing::ScriptModel model(script);
  const testing::Explored all = testing::brute_force(model, 100);
  sim::planted_mutation = sim::Mutation::strangers_alone;
  CHECK(shows(Shows::lost_traces, all, explored(model, 1)));
  sim::planted_mutation = sim::Mutation::none;
  CHECK_FALSE(shows(Shows::lost_traces, all, explored(model, 1)));
}
TEST_CASE("Counting at once what others do to holdings says two things of one trace") {
  constexpr std::uint64_t kLimit = 300;
  const auto first_contradiction = [](sim::Mutation mutation) {
    sim::planted_mutation = mutation;
    std::uint64_t number = 0;
    for (; number < kLimit; ++number) {
      const testing::Script script = testing::random_script(kSeed, number, 8);
      testing::ScriptModel model(script);
      if (testing::brute_force(model, 3000).contradiction != "") break;
    }
    sim::planted_mutation = sim::Mutation::none;
    return number;
  };
  CHECK(first_contradiction(sim::Mutation::none) == kLimit);
  const std::uint64_t number = first_contradiction(sim::Mutation::others_count_at_once);
  MESSAGE("first noticed by program " << number);
  CHECK(number < kLimit);
}
// Such a branch is dropped before it is run, once a sleeper covers it.
TEST_CASE("Adding every reversal as a branch of its own costs memory") {
  const auto most = [](sim::Mutation mutation) {
    testing::Program program = testing::last_zero(6);
    sim::planted_mutation = mutation;
    sim::OptimalDpor search;
    const testing::Explored explored = testing::explore_all(program, search, 1000);
    sim::planted_mutation = sim::Mutation::none;
    CHECK(explored.complete);
    return search.trees().most();
  };
  CHECK(most(sim::Mutation::always_at_the_root) > most(sim::Mutation::none));
}

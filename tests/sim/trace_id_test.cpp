// The 128-bit id against the tests' own, which is a list of events with everything before them.
#include "sim/explore/trace_id.hpp"

#include <map>
#include <set>

#include <doctest/doctest.h>

#include "sim/explore/explorer.hpp"
#include "sim/explore/trace_count.hpp"
#include "sim/strategies/random_walk.hpp"
#include "sim/sync/range_lock.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/sampled.hpp"
#include "tests/support/trace_id.hpp"

namespace {

using testing::sample;

struct Totals {
  std::uint64_t traces = 0;  ///< and beginnings of them
  std::uint64_t executions = 0;
};

/// Executions of `search` and all their beginnings: have two one id iff they are one trace?
void compare(sim::Model& model, sim::Search& search, Totals& totals) {
  std::map<std::vector<std::uint64_t>, sim::TraceId> id_of;
  std::set<sim::TraceId> ids;
  sim::TraceIds whole, stepwise;
  std::uint64_t contradictions = 0;
  sample(model, search, [&](const sim::Execution& execution) {
    ++totals.executions;
    sim::Record beginning = execution.record();
    const std::uint32_t steps = beginning.explored_end - beginning.explored_begin;
    stepwise.begin();
    sim::TraceId id;
    for (std::uint32_t complete = 0; complete <= steps; ++complete) {
      beginning.explored_end = beginning.explored_begin + complete;
      id = stepwise.read(execution, complete);
      ids.insert(id);
      const auto [known, fresh] = id_of.emplace(testing::trace_id(beginning), id);
      if (!fresh && known->second != id) ++contradictions;
    }
    if (whole.of(execution) != id) ++contradictions;
  });
  CHECK(contradictions == 0);
  CHECK(ids.size() == id_of.size());
  totals.traces += ids.size();
}

/// Each task writes its variable and reads the next one's: what either has done by then, and what
/// it learns from the other, are alike with the tasks exchanged.
testing::Program crossed(int tasks) {
  testing::Program program(static_cast<unsigned>(tasks), 0);
  for (int task = 0; task < tasks; ++task) {
    program.task([task, tasks](testing::Program& p) {
      p.write(static_cast<unsigned>(task), 1);
      p.read(static_cast<unsigned>((task + 1) % tasks));
    });
  }
  return program;
}

}  // namespace

TEST_CASE("On random programs two executions or beginnings have one id iff they are one trace") {
  const std::uint64_t seed = testing::sampling_seed();
  Totals totals;
  for (std::uint64_t number = 0; number < 400; ++number) {
    testing::with_random_program(seed, number, 10, [&](auto& model, const auto&) {
      sim::RandomWalk search({seed, number, 300});
      compare(model, search, totals);
    });
  }
  CHECK(totals.traces < totals.executions);
}

TEST_CASE("On programs of like tasks two executions or beginnings have one id iff one trace") {
  testing::Program programs[] = {crossed(2),          crossed(3),           testing::p2(),
                                 testing::casrot(4),  testing::wcas(3),     testing::adds(3, 2),
                                 testing::readers(4), testing::last_zero(3)};
  Totals totals;
  for (testing::Program& program : programs) {
    sim::RandomWalk search({testing::sampling_seed(), 0, 1'000});
    compare(program, search, totals);
  }
}

TEST_CASE(
    "The whole of an object and parts of it: two executions have one id iff they are one trace") {
  constexpr std::uint32_t kEnd = 0xffffffff;
  static constexpr std::uint32_t kRanges[][2] = {{0, 4}, {4, 8}, {0, kEnd}, {2, 6}};
  testing::Start model([](sim::Execution& execution) {
    auto& lock = execution.make<sim::range_lock>(sim::ObjectName{"io_tree"});
    for (const auto& range : kRanges) {
      execution.spawn("task", [&lock, &range] {
        if (lock.test(0, kEnd)) lock.test(range[0], range[1]);
        if (lock.try_lock(range[0], range[1])) lock.unlock(range[0], range[1]);
      });
    }
  });
  Totals totals;
  sim::RandomWalk search({testing::sampling_seed(), 0, 2'000});
  compare(model, search, totals);
}

TEST_CASE("A search that samples counts the different traces that it saw") {
  sim::Execution execution;
  testing::Program program = testing::lost_updates(2);
  sim::RandomWalk walk({1, 0, 200});
  sim::ExploreOptions options;
  options.count_traces = true;
  const sim::SearchResult result = sim::explore(execution, program, walk, options);
  CHECK(result.traces.executions() == 200);
  CHECK(result.traces.different() == 4);  // the orders of the reads and the writes
  CHECK(result.traces.exact());
}

TEST_CASE("The count of traces is exact while they fit, and near after that") {
  sim::TraceCount count;
  sim::Random random(testing::sampling_seed());
  const auto add_fresh = [&] {
    const std::uint64_t high = random.next();
    count.add(sim::TraceId{high, random.next()});
  };
  for (std::size_t i = 0; i < sim::TraceCount::kMost; ++i) add_fresh();
  CHECK(count.exact());
  CHECK(count.different() == sim::TraceCount::kMost);
  constexpr std::uint64_t kMany = 1'000'000;
  for (std::size_t i = sim::TraceCount::kMost; i < kMany; ++i) add_fresh();
  INFO("FSWEAVE_SAMPLING_SEED=" << testing::sampling_seed());
  CHECK_FALSE(count.exact());
  CHECK(count.executions() == kMany);
  // Four standard errors of 1.2 / sqrt(32,768).
  CHECK(count.different() > kMany * 0.973);
  CHECK(count.different() < kMany * 1.027);
}

TEST_CASE("A trace that is seen again is not counted again, sampled or not") {
  sim::TraceCount count;
  const auto add_all = [&count] {
    sim::Random same(5);
    for (std::size_t i = 0; i < 2 * sim::TraceCount::kMost; ++i) {
      const std::uint64_t high = same.next();
      count.add(sim::TraceId{high, same.next()});
    }
  };
  add_all();
  const std::uint64_t first = count.different();
  CHECK_FALSE(count.exact());
  add_all();
  CHECK(count.different() == first);
}

TEST_CASE("Traces that were counted in parts are counted as they are in one go") {
  constexpr std::size_t kParts = 5;
  sim::TraceCount whole, sum, parts[kParts];
  sim::Random random(testing::sampling_seed());
  INFO("FSWEAVE_SAMPLING_SEED=" << testing::sampling_seed());
  for (std::size_t i = 0; i < 4 * sim::TraceCount::kMost; ++i) {
    // Some traces in several parts, and parts of different size.
    const sim::TraceId id{random.below(100'000), 0};
    sim::Random mixed(id.high);
    const sim::TraceId spread{mixed.next(), mixed.next()};
    whole.add(spread);
    parts[random.below(kParts) % (1 + random.below(kParts))].add(spread);
  }
  for (std::size_t i = kParts; i-- > 0;) sum.add(parts[i].sample());
  CHECK_FALSE(whole.exact());
  CHECK(sum.executions() == whole.executions());
  CHECK(sum.different() == whole.different());
  CHECK(sum.sample().level == whole.sample().level);
  CHECK(sum.sample().ids == whole.sample().ids);
}

// The 128-bit id against the tests' own, which is a list of events with everything before them.
#include "sim/explore/trace_id.hpp"

#include <map>
#include <set>

#include <doctest/doctest.h>

#include "sim/explore/explorer.hpp"
#include "sim/explore/trace_count.hpp"
#include "sim/strategies/random_walk.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/sampled.hpp"
#include "tests/support/trace_id.hpp"

namespace {

using testing::sample;

}  // namespace

TEST_CASE("On random programs two executions have one id iff they are one trace") {
  const std::uint64_t seed = testing::sampling_seed();
  std::uint64_t traces = 0, executions = 0;
  for (std::uint64_t number = 0; number < 200; ++number) {
    testing::with_random_program(seed, number, 10, [&](auto& model, const auto&) {
      std::map<std::vector<std::uint64_t>, sim::TraceId> id_of;
      std::set<sim::TraceId> ids;
      sim::TraceIds computed;
      std::uint64_t contradictions = 0;
      sim::RandomWalk search({seed, number, 300});
      sample(model, search, [&](const sim::Execution& execution) {
        ++executions;
        const sim::TraceId id = computed.of(execution);
        ids.insert(id);
        const auto [known, fresh] = id_of.emplace(testing::trace_id(execution.record()), id);
        if (!fresh && known->second != id) ++contradictions;
      });
      CHECK(contradictions == 0);
      CHECK(ids.size() == id_of.size());
      traces += ids.size();
    });
  }
  CHECK(traces < executions);
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

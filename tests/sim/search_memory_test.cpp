// What an exhaustive search remembers grows with the length of executions and the breadth of its
// wakeup trees, not with the number of executions; beyond a limit it gives up, and says so.
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/explore/explorer.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "sim/explore/verdict.hpp"
#include "tests/support/programs.hpp"

namespace {

/// The orders of all stores to one variable: 16! / 4!^4, 63 million traces.
testing::Program four_tasks_of_four_stores() {
  return testing::Program(1, 0).tasks(4, [](unsigned task) -> testing::Program::Body {
    return [task](testing::Program& p) {
      for (int i = 0; i < 4; ++i) p.write(0, static_cast<int>(10 * task) + i);
    };
  });
}

/// The most that this process had in memory counts from now on.
void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

/// The most that this process had in memory since, in KiB.
std::size_t peak_resident() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::size_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes;
  }
  return 0;
}

struct Used {
  std::size_t search;    ///< bytes, by its own count
  std::size_t events;    ///< at most in the wakeup trees
  std::size_t resident;  ///< KiB
};

/// After each of those numbers of executions, which must ascend.
std::vector<Used> memory_after(testing::Program program,
                               const std::vector<std::uint64_t>& executions) {
  sim::Execution execution;
  sim::OptimalDpor search;
  sim::ExploreOptions options;
  std::vector<Used> used;
  reset_peak();
  options.progress = [&](const sim::SearchResult& result) {
    if (result.executions != executions[used.size()]) return true;
    used.push_back({search.bytes(), search.trees().most(), peak_resident()});
    MESSAGE(result.executions << " executions: at most " << used.back().events
                              << " events in the wakeup trees, " << used.back().search
                              << " bytes in the search, " << used.back().resident
                              << " KiB resident at most");
    return used.size() < executions.size();
  };
  sim::explore(execution, program, search, options);
  REQUIRE(used.size() == executions.size());
  return used;
}

sim::SearchResult search_within(std::size_t most_bytes) {
  testing::Program program = testing::last_zero(10);
  sim::Execution execution;
  sim::OptimalDpor search({}, most_bytes);
  return sim::explore(execution, program, search);
}

}  // namespace

TEST_CASE("Ten times the executions take about the same memory") {
  const std::vector<Used> used = memory_after(four_tasks_of_four_stores(), {2'000, 20'000});
  CHECK(used[1].search < 2 * used[0].search);
}

// 3328 traces (Abdulla and others, JACM 2017).
TEST_CASE("An exhaustive search gives up at its limit of memory, and says so") {
  std::uint64_t before = 0;
  for (std::size_t limit = 1 << 10;; limit *= 2) {
    CAPTURE(limit);
    const sim::SearchResult result = search_within(limit);
    CHECK(result.executions >= before);
    before = result.executions;
    const sim::Judgement judgement = sim::judge(result);
    if (result.complete()) {
      CHECK(result.executions == 3328);
      CHECK(judgement.verdict == sim::Verdict::never);
      CHECK(limit > 1 << 10);
      break;
    }
    CHECK(result.executions < 3328);
    CHECK(judgement.verdict == sim::Verdict::incomplete);
    CHECK(judgement.sentence.ends_with("but the search reached its limit of " +
                                       std::to_string(limit >> 20) + " MiB of memory"));
  }
}

TEST_SUITE("long") {
  TEST_CASE("A hundred times the executions take about the same memory") {
    const std::vector<Used> used =
        memory_after(four_tasks_of_four_stores(), {10'000, 100'000, 1'000'000});
    CHECK(used[2].search < 2 * used[0].search);
    CHECK(used[2].resident < used[0].resident + 1024);
  }
}

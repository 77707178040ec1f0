#include "bench/exact.hpp"

#include <cstdint>
#include <functional>
#include <string>

#include <fmt/format.h>

#include "bench/programs.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "sim/explore/preemption_bounded.hpp"
#include "sim/strategies/depth_first.hpp"
#include "sim/strategies/pct.hpp"
#include "sim/strategies/random_walk.hpp"
#include "tests/support/programs.hpp"

namespace bench {
namespace {

using testing::Program;

struct Counted {
  std::uint64_t traces = 0;      ///< known
  std::uint64_t executions = 0;  ///< run
  std::uint64_t cut = 0;
  bool equal = true;  ///< in each of the programs
};

void count(Counted& sum, sim::Model& model, std::uint64_t traces) {
  sim::Execution execution;
  sim::OptimalDpor search;
  const sim::SearchResult result = sim::explore(execution, model, search);
  sum.traces += traces;
  sum.executions += result.executions;
  sum.cut += result.redundant;
  sum.equal = sum.equal && result.complete() && result.executions == traces;
}

/// C(2k, k).
std::uint64_t orders_of(std::uint64_t k) {
  std::uint64_t orders = 1;
  for (std::uint64_t i = 1; i <= k; ++i) orders = orders * (k + i) / i;
  return orders;
}

/// The second task of P3 has popped two nodes and pushed the first again; on top it then reads the
/// second, which is its own.
bool p3_fails(const sim::Execution& execution) {
  constexpr unsigned kAllReads = 6;
  std::uint32_t read[kAllReads]{};
  unsigned reads = 0;
  for (const sim::StepRecord& step : execution.record().steps)
    if (step.task == 1 && step.op.kind == sim::OpKind::read && reads < kAllReads)
      read[reads++] = step.op.value;
  return reads == kAllReads && read[5] == read[2];
}

/// The number of the first execution that fails, from 1; 0: none of `most`.
std::uint64_t first_failure(sim::Execution& execution, sim::Model& model, sim::Search& search,
                            std::uint64_t most, const std::function<bool()>& fails) {
  for (std::uint64_t run = 1; run <= most; ++run) {
    execution.run(model, search);
    if (fails()) return run;
    if (!search.advance()) break;
  }
  return 0;
}

std::uint64_t interleavings(Program program) {
  sim::Execution execution;
  sim::DepthFirst search;
  return sim::explore(execution, program, search).executions;
}

bool found_within(std::uint32_t preemptions, Program program, bool p3) {
  sim::Execution execution;
  sim::PreemptionBounded search(preemptions, std::size_t{1} << 28);
  return first_failure(execution, program, search, ~std::uint64_t{0},
                       [&] { return p3 ? p3_fails(execution) : testing::p2_fails(program); }) != 0;
}

}  // namespace

void count_classes(Scoreboard& board) {
  Counted sum;
  for (const std::uint32_t k : {3U, 5U, 7U, 9U}) {
    LockedIncrements p1(k);
    count(sum, p1, orders_of(k));
  }
  Program p2 = testing::p2();
  count(sum, p2, 7776);
  Program p3 = testing::p3();
  count(sum, p3, 26);
  for (const unsigned n : {8U, 10U, 14U}) {
    Program readers = testing::readers(n);
    count(sum, readers, std::uint64_t{1} << n);
  }
  for (const unsigned n : {8U, 10U, 12U}) {
    Program last_zero = testing::last_zero(n);
    count(sum, last_zero, std::uint64_t{n + 3} << (n - 2));
  }
  for (const unsigned n : {16U, 22U}) {
    Filesystem filesystem(n);
    count(sum, filesystem, std::uint64_t{1} << (n - 13));
  }
  board.row("G6", "executions / traces on P1(3..9) P2 P3 P4r P4l P4f; cut",
            fmt::format("{} / {}; {}", sum.executions, sum.traces, sum.cut),
            sum.equal && sum.cut == 0);
}

void count_interleavings(Scoreboard& board) {
  const std::uint64_t p2 = interleavings(testing::p2());
  const std::uint64_t p3 = interleavings(testing::p3());
  board.row("G7", "plain depth-first executions of P2 and P3: 756756 and 455",
            fmt::format("{} and {}", p2, p3), p2 == 756'756 && p3 == 455);
}

void count_samples(Scoreboard& board) {
  constexpr std::uint64_t kSeeds = 200;
  constexpr std::uint64_t kMost = 10'000'000;
  constexpr std::uint64_t kNever = 1'000'000;
  constexpr std::uint32_t kSteps = 15;
  constexpr double kExpected = 46'212;
  Program p2 = testing::p2();
  sim::Execution execution;
  const auto fails = [&] { return testing::p2_fails(p2); };
  std::uint64_t walked = 0;
  std::uint64_t changed = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const sim::SampleRange range{seed, 0, kMost};
    sim::RandomWalk walk(range);
    walked += first_failure(execution, p2, walk, kMost, fails);
    sim::Pct pct(range, {4, 4}, kSteps);
    changed += first_failure(execution, p2, pct, kMost, fails);
  }
  const auto to_random = static_cast<double>(walked) / kSeeds / kExpected;
  board.row("G8", "random walk on P2: mean of 200 seeds to the bug / 46212",
            fmt::format("{:.3f} (0.8 .. 1.25)", to_random), to_random >= 0.8 && to_random <= 1.25);
  board.row("G9", "PCT d=4 on P2: mean of 200 seeds to the bug / random walk's",
            static_cast<double>(changed) / static_cast<double>(walked), {1. / 20, 1. / 50});
  sim::Pct shallow({1, 0, kNever}, {3, 3}, kSteps);
  const bool never = first_failure(execution, p2, shallow, kNever, fails) == 0;
  board.row("G9", "PCT d=3 on P2 never meets it",
            fmt::format("{}, 10^6 executions", never ? "never" : "met"), never);
}

void count_preemptions(Scoreboard& board) {
  const bool p2 = !found_within(2, testing::p2(), false) && found_within(3, testing::p2(), false);
  const bool p3 = !found_within(1, testing::p3(), true) && found_within(2, testing::p3(), true);
  board.row("G10", "bounded search: P2 clean within 2, found within 3 preemptions",
            p2 ? "so it is" : "it is not", p2);
  board.row("G10", "bounded search: P3 clean within 1, found within 2 preemptions",
            p3 ? "so it is" : "it is not", p3);
}

}  // namespace bench

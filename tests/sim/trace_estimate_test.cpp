#include "sim/explore/trace_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/cell.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "tests/support/brute_force.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/sampled.hpp"

namespace {

using testing::Program;

constexpr std::uint32_t kSeeds = 100;

/// How many of a hundred intervals cover the number of traces; the mean of all estimates has to
/// agree with it within four standard errors. `first_seed`: programs need not draw the same.
std::uint32_t covered(sim::Model& model, std::uint64_t traces, std::uint64_t first_seed,
                      std::uint32_t samples) {
  sim::Execution execution;
  const auto known = static_cast<double>(traces);
  std::uint32_t hits = 0;
  double sum = 0;
  double squares = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + kSeeds; ++seed) {
    const sim::TraceEstimate estimate =
        sim::estimate_traces(execution, model, seed, {.samples = samples});
    hits += estimate.low <= known && known <= estimate.high ? 1 : 0;
    CHECK(estimate.different <= traces);
    sum += estimate.mean;
    squares += estimate.mean * estimate.mean;
  }
  const double mean = sum / kSeeds;
  const double error = std::sqrt(std::max(0.0, squares / kSeeds - mean * mean) / kSeeds);
  MESSAGE(hits << " of 100 intervals cover " << traces << "; mean " << mean << " +- " << error);
  CHECK(std::fabs(mean - known) <= 4 * error + 1e-9 * known);
  return hits;
}

constexpr std::uint32_t kFewSamples = 100;
constexpr std::uint32_t kSamples = 1000;

void expect_covered(const std::string& name, Program program, std::uint64_t traces,
                    std::uint32_t samples = kFewSamples) {
  INFO(name);
  CHECK(covered(program, traces, testing::sampling_seed(), samples) >= 90);
}

/// Programs of `seed` whose traces brute force can count.
void expect_random_covered(std::uint64_t seed, std::uint64_t programs, unsigned operations,
                           std::uint64_t most_interleavings, std::uint32_t samples) {
  std::uint64_t compared = 0;
  std::uint64_t hits = 0;
  for (std::uint64_t number = 0; number < programs; ++number) {
    testing::with_random_program(seed, number, operations, [&](auto& model, const auto&) {
      const testing::Explored all = testing::brute_force(model, most_interleavings);
      if (!all.complete || all.traces.size() < 2) return;
      const std::uint32_t here = covered(model, all.traces.size(), number * kSeeds, samples);
      CHECK(here >= 90);
      hits += here;
      ++compared;
    });
  }
  MESSAGE(compared << " random programs: " << hits << " of " << compared * kSeeds
                   << " intervals cover");
  CHECK(compared > programs / 3);
}

using Variable = sim::Marked<int>;

Variable& make_variable(sim::Execution& execution, const char* name) {
  return execution.make<Variable>(sim::ObjectName{name}, 1U, 0);
}

std::uint64_t traces_of(Program program) {
  sim::OptimalDpor search;
  const testing::Explored all = testing::explore_all(program, search, 1'000'000);
  REQUIRE(all.complete);
  return all.traces.size();
}

}  // namespace

TEST_CASE("Intervals cover the number of traces of programs whose number is known") {
  expect_covered("P1(3)", testing::lost_updates(3), traces_of(testing::lost_updates(3)));
  expect_covered("P3", testing::p3(), traces_of(testing::p3()));
  expect_covered("readers(8)", testing::readers(8), 256);
  expect_covered("lastzero(5)", testing::last_zero(5), 64);
  expect_covered("philosophers(3)", testing::philosophers(3), 7);
  expect_covered("ainc(6)", testing::adds(6, 1), 720);
  expect_covered("casw(3)", testing::casw(3), 66);
  expect_covered("casrot(5)", testing::casrot(5), 43);
  expect_covered("wcas(5)", testing::wcas(5), 81);
}

TEST_CASE("Intervals cover the number of traces of random programs") {
  expect_random_covered(testing::sampling_seed(), 6, 10, 10'000, kFewSamples);
}

TEST_CASE("An estimate has as many samples as its steps allow") {
  constexpr std::uint32_t kSteps = 30;
  Program program(1, 0);
  program.task([](Program& p) {
    for (std::uint32_t i = 0; i < kSteps; ++i) p.write(0, 1);
  });
  sim::Execution execution;
  const auto samples_of = [&](std::uint32_t samples, std::uint64_t steps) {
    return sim::estimate_traces(execution, program, 1, {samples, steps}).samples;
  };
  CHECK(samples_of(7, ~std::uint64_t{0}) == 7);
  CHECK(samples_of(7, 1) == 7);
  CHECK(samples_of(500, 1) == 10);
  CHECK(samples_of(500, std::uint64_t{40} * kSteps) == 20);
}

TEST_CASE("The lower end of a doubtful estimate is a twentieth of its mean") {
  // One choice of fifty leads to nearly all of the traces.
  testing::Start model([](sim::Execution& execution) {
    Variable& x = make_variable(execution, "x");
    execution.spawn("chooser", [&] {
      const std::uint32_t steps = sim::current().choose("many", 50) == 0 ? 6 : 1;
      for (std::uint32_t i = 0; i < steps; ++i) x.write_once(1);
    });
    execution.spawn("writer", [&] {
      for (std::uint32_t i = 0; i < 6; ++i) x.write_once(2);
    });
  });
  sim::Execution execution;
  std::uint32_t doubtful = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const sim::TraceEstimate estimate = sim::estimate_traces(
        execution, model, testing::sampling_seed() + seed, {.samples = kFewSamples});
    if (!estimate.doubtful()) continue;
    ++doubtful;
    const auto seen = static_cast<double>(estimate.different);
    CHECK(estimate.low == std::max(std::floor(estimate.mean / 20), seen));
  }
  CHECK(doubtful > 0);
}

TEST_CASE("All traces are seen where there are few") {
  Program program = testing::philosophers(3);
  sim::Execution execution;
  CHECK(sim::estimate_traces(execution, program, testing::sampling_seed(), {}).different == 7);
}

TEST_CASE("Tasks are hardly drawn among where they race with nobody") {
  Program program(3, 0);
  program.tasks(2, [](unsigned i) -> Program::Body {
    return [i](Program& p) {
      for (int step = 0; step < 30; ++step) p.write(i + 1, step);
      p.write(0, 1);
    };
  });
  sim::Execution execution;
  const sim::TraceEstimate estimate =
      sim::estimate_traces(execution, program, testing::sampling_seed(), {.samples = kFewSamples});
  MESSAGE("variation " << estimate.variation << ", mean " << estimate.mean);
  CHECK(estimate.variation <= 1);
}

TEST_CASE("Branches are drawn by how much was found below them") {
  Program program = testing::lost_updates(4);
  sim::Execution execution;
  const sim::TraceEstimate estimate =
      sim::estimate_traces(execution, program, testing::sampling_seed(), {});
  MESSAGE("variation " << estimate.variation);
  CHECK(estimate.variation <= 0.15);  // 0.07; 0.25 if they are drawn as URW does
}

TEST_CASE("An estimate has no upper end where no descent came to a trace") {
  Program program = testing::last_zero(5);
  sim::Execution execution;
  std::uint32_t none = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const sim::TraceEstimate estimate =
        sim::estimate_traces(execution, program, testing::sampling_seed() + seed, {.samples = 2});
    CHECK(estimate.unbounded() == (estimate.mean == 0));
    if (estimate.mean != 0) continue;
    ++none;
    CHECK(estimate.low == 0);
    CHECK(estimate.doubtful());
  }
  CHECK(none > 0);
}

TEST_CASE("An estimate is the same for the same seed, and another for another") {
  Program program = testing::p2();
  sim::Execution first;
  sim::Execution second;
  const sim::TraceEstimate a = sim::estimate_traces(first, program, 7, {});
  const sim::TraceEstimate b = sim::estimate_traces(second, program, 7, {});
  CHECK(a.mean == b.mean);
  CHECK(a.different == b.different);
  CHECK(a.mean != sim::estimate_traces(first, program, 8, {}).mean);
}

TEST_SUITE("long") {
  TEST_CASE("Intervals cover the number of traces of larger programs") {
    expect_covered("P1(5)", testing::lost_updates(5), traces_of(testing::lost_updates(5)),
                   kSamples);
    expect_covered("P2", testing::p2(), traces_of(testing::p2()), kSamples);
    expect_covered("binc(4)", testing::adds(4, 2), 576, kSamples);
    expect_covered("cinc(4)", testing::adds(4, 3), 13'824, kSamples);
    expect_covered("CoA(4)", testing::coa(4), 2028, kSamples);
    expect_covered("CoA(5)", testing::coa(5), 49'776, kSamples);
    expect_covered("ainc(8)", testing::adds(8, 1), 40'320, kSamples);
    expect_covered("casw(5)", testing::casw(5), 32'880, kSamples);
    expect_covered("casrot(9)", testing::casrot(9), 8597, kSamples);
    expect_covered("wcas(9)", testing::wcas(9), 2305, kSamples);
    expect_covered("readers(13)", testing::readers(13), 8192, kSamples);
  }
  TEST_CASE("Intervals cover the number of traces of a hundred random programs") {
    expect_random_covered(testing::sampling_seed(), 100, 11, 300'000, 300);
  }
}

/// The mean of many estimates is the number of traces, and they lie apart as they say.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "sim/cell.hpp"
#include "sim/explore/random_descent.hpp"
#include "sim/explore/trace_estimate.hpp"
#include "tests/support/brute_force.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/sampled.hpp"

namespace {

using testing::Program;

/// The mean of what was drawn, and whether it fits.
struct Mean {
  double count = 0;
  double sum = 0;
  double squares = 0;

  void add(double drawn) {
    ++count;
    sum += drawn;
    squares += drawn * drawn;
  }
  double value() const { return sum / count; }
  double deviation() const { return std::sqrt(std::max(0.0, squares / count - value() * value())); }
  double error() const { return deviation() / std::sqrt(count); }
  /// Six standard errors, and a hundredth for a tail that was not drawn: it hides in the error,
  /// too.
  bool fits(double known) const { return std::fabs(value() - known) <= 6 * error() + 0.01 * known; }
};

/// Adds up estimates over what they should be. So little is learnt before a few samples that
/// guesses are wrong, and nearly everything is drawn that can be.
void add_hasty(sim::Model& model, std::uint64_t traces, std::uint64_t first_seed,
               std::uint64_t estimates, Mean& ratios, const sim::ExecutionOptions& options = {}) {
  constexpr std::uint32_t kHastySamples = 10;
  sim::Execution execution(options);
  const auto known = static_cast<double>(traces);
  const std::uint64_t most = std::min<std::uint64_t>(traces, kHastySamples);
  bool consistent = true;
  for (std::uint64_t seed = first_seed; seed < first_seed + estimates; ++seed) {
    const sim::TraceEstimate estimate =
        sim::estimate_traces(execution, model, seed, {.samples = kHastySamples});
    ratios.add(estimate.mean / known);
    const auto seen = static_cast<double>(estimate.different);
    const double middle = std::max(estimate.mean, seen);
    consistent = consistent && estimate.different <= most &&
                 estimate.unbounded() == (estimate.mean == 0) && estimate.low >= seen &&
                 estimate.low <= middle && estimate.high >= middle &&
                 estimate.low == std::floor(estimate.low);
  }
  CHECK(consistent);
}

void expect_unbiased(const std::string& name, sim::Model& model,
                     const sim::ExecutionOptions& options = {}) {
  INFO(name);
  const testing::Explored all = testing::brute_force(model, 100'000, options);
  REQUIRE(all.complete);
  Mean ratios;
  constexpr std::uint64_t kEstimates = 500;
  add_hasty(model, all.traces.size(), testing::sampling_seed(), kEstimates, ratios, options);
  MESSAGE(all.traces.size() << " traces; mean ratio " << ratios.value() << " +- "
                            << ratios.error());
  CHECK(ratios.fits(1));
}

using Variable = sim::Marked<int>;

Variable& make_variable(sim::Execution& execution, const char* name) {
  return execution.make<Variable>(sim::ObjectName{name}, 1U, 0);
}

/// What is chosen in a step decides what else it touches: of the ways of a step that sleeps some
/// are woken and others are not. The second choice of the step depends on the first.
testing::Start choices_in_a_step() {
  return testing::Start([](sim::Execution& execution) {
    Variable& x = make_variable(execution, "x");
    Variable& own = make_variable(execution, "own");
    execution.spawn("chooser", [&] {
      own.write_once(1);
      const std::uint32_t way = sim::current().choose("way", 3);
      if (way == 1) sim::current().touch(x, sim::Access::read);
      if (way == 2 && sim::current().choose("more", 4) != 2)
        sim::current().touch(x, sim::Access::write);
      x.read_once();
    });
    for (const char* name : {"writer", "other"}) execution.spawn(name, [&] { x.write_once(1); });
  });
}

testing::Start choices_before_the_first_step() {
  return testing::Start([](sim::Execution& execution) {
    Variable& x = make_variable(execution, "x");
    for (const std::uint32_t most : {3U, 2U})
      execution.spawn("chooser", [&x, most] {
        for (std::uint32_t left = sim::current().choose("steps", most); left > 0; --left)
          x.write_once(1);
        x.read_once();
      });
  });
}

TEST_CASE("The mean of estimates is the number of traces however little is learnt before") {
  Program p1 = testing::lost_updates(3);
  Program casw = testing::casw(3);
  Program last_zero = testing::last_zero(3);
  Program philosophers = testing::philosophers(3);
  testing::Start in_a_step = choices_in_a_step();
  testing::Start before_the_first = choices_before_the_first_step();
  expect_unbiased("P1(3)", p1);
  expect_unbiased("casw(3)", casw);
  expect_unbiased("lastzero(3)", last_zero);
  expect_unbiased("philosophers(3)", philosophers);
  expect_unbiased("choices in a step", in_a_step);
  expect_unbiased("choices before the first step", before_the_first);
  sim::ExecutionOptions cut;
  cut.max_steps = 4;
  expect_unbiased("P1(3), cut by the step bound", p1, cut);
}

TEST_CASE("What is taken for impossible is drawn, and counts for what it was likely to be") {
  // Who learnt without the writes lets the readers go first; most traces are found by a stray, to
  // the second reader or to the writer.
  bool writes = true;
  testing::Start model([&writes](sim::Execution& execution) {
    Variable& x = make_variable(execution, "x");
    Variable& own = make_variable(execution, "own");
    for (const char* name : {"first", "second"}) execution.spawn(name, [&] { x.read_once(); });
    execution.spawn("writer", [&] {
      own.write_once(1);
      for (int i = 0; writes && i < 3; ++i) x.write_once(i);
    });
  });
  const testing::Explored all = testing::brute_force(model, 100'000);
  REQUIRE(all.complete);
  sim::Execution execution;
  Mean traces;
  constexpr std::uint64_t kDescents = 40'000;
  for (std::uint64_t seed = 0; seed < kDescents; ++seed) {
    sim::RandomDescent descent;
    for (const bool learnt : {false, true}) {
      writes = learnt;
      descent.start(testing::sampling_seed() + seed, learnt ? 1 : 0);
      do {
        execution.run(model, descent);
      } while (descent.advance());
    }
    traces.add(descent.traces());
  }
  MESSAGE(all.traces.size() << " traces; mean " << traces.value() << " +- " << traces.error());
  CHECK(traces.fits(static_cast<double>(all.traces.size())));
}

TEST_CASE("The mean of estimates of many small random programs is the number of traces") {
  Mean ratios;
  std::uint64_t compared = 0;
  std::uint64_t with_choices = 0;
  std::uint64_t with_deadlocks = 0;
  constexpr std::uint64_t kPrograms = 200;
  constexpr std::uint64_t kEstimates = 10;
  for (std::uint64_t number = 0; number < kPrograms; ++number)
    testing::with_random_program(
        testing::sampling_seed(), number, 7, [&](auto& model, const testing::Script& script) {
          const testing::Explored all = testing::brute_force(model, 1000);
          if (!all.complete || all.traces.size() < 2) return;
          add_hasty(model, all.traces.size(), number * kEstimates, kEstimates, ratios);
          ++compared;
          with_choices += script.has(testing::Do::choose) ? 1 : 0;
          with_deadlocks += all.deadlocks != 0 ? 1 : 0;
        });
  MESSAGE(compared << " random programs, " << with_choices << " with choices, " << with_deadlocks
                   << " with deadlocks; mean " << ratios.value() << " +- " << ratios.error());
  CHECK(ratios.fits(1));
  CHECK(with_choices >= 5);
  CHECK(with_deadlocks >= 5);
}

TEST_CASE("A bound on the steps of an estimate does not bias its mean") {
  // Samples that count for much make many steps: whoever ends with one has too many of them.
  testing::Start model([](sim::Execution& execution) {
    Variable& x = make_variable(execution, "x");
    execution.spawn("chooser", [&] {
      if (sim::current().choose("many", 2) != 0)
        for (std::uint32_t left = 14 + sim::current().choose("more", 8); left > 0; --left)
          x.write_once(1);
      x.write_once(2);
    });
  });
  constexpr double kTraces = 1 + 8;  // of one task: each way to choose is one
  sim::Execution execution;
  Mean means;
  constexpr std::uint64_t kEstimates = 5000;
  for (std::uint64_t seed = 0; seed < kEstimates; ++seed)
    means.add(sim::estimate_traces(execution, model, testing::sampling_seed() + seed,
                                   {.samples = 100, .steps = 150})
                  .mean);
  MESSAGE("mean " << means.value() << " +- " << means.error());
  CHECK(means.fits(kTraces));
}

TEST_CASE("Intervals are as wide as the means of other seeds lie apart") {
  constexpr std::uint32_t kEstimates = 100;
  constexpr std::uint32_t kSamples = 100;
  Program programs[] = {testing::readers(8), testing::casw(3)};
  for (Program& program : programs) {
    sim::Execution execution;
    Mean means;
    Mean variation;
    Mean half_width;  // of logarithms
    for (std::uint64_t seed = 0; seed < kEstimates; ++seed) {
      const sim::TraceEstimate estimate = sim::estimate_traces(
          execution, program, testing::sampling_seed() + seed, {.samples = kSamples});
      means.add(estimate.mean);
      variation.add(estimate.variation);
      half_width.add(std::log(estimate.high / estimate.low) / 2);
    }
    const double apart = means.deviation() / means.value();
    const double foreseen = variation.value() / std::sqrt(kSamples);
    MESSAGE("variation " << variation.value() << "; foreseen " << foreseen / apart
                         << ", half an interval " << half_width.value() / apart
                         << " times what means lie apart");
    CHECK(foreseen >= 0.7 * apart);
    CHECK(foreseen <= 1.35 * apart);
    CHECK(half_width.value() >= 1.8 * apart);
    CHECK(half_width.value() <= 3.5 * apart);
  }
}

}  // namespace

#include "sim/explore/trace_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/assert.hpp"
#include "sim/explore/random_descent.hpp"
#include "sim/explore/trace_count.hpp"

namespace sim {
namespace {

/// The mean of positive samples with a long tail to the right is taken for log-normal. As long as
/// none of the tail was drawn, the samples lie closer together than they should; so the interval is
/// wider the further they lie apart, up to twice (programs with known counts ask for that). There
/// are at least as many traces as were seen.
void set_interval(TraceEstimate& estimate, const std::vector<double>& samples) {
  const auto n = static_cast<double>(samples.size());
  double sum = 0;
  for (const double sample : samples) sum += sample;
  estimate.mean = sum / n;
  const auto seen = static_cast<double>(estimate.different);
  if (sum == 0 || !std::isfinite(sum)) {  // no descent came to a trace, or more than doubles hold
    estimate.low = seen;
    estimate.high = estimate.variation = std::numeric_limits<double>::infinity();
    return;
  }
  double squares = 0;
  for (const double sample : samples)
    squares += (sample - estimate.mean) * (sample - estimate.mean);
  estimate.variation = std::sqrt(squares / (n - 1)) / estimate.mean;
  constexpr double kDeviations = 2.2;  // 1.96 would do if samples did not learn from each other
  const double wider = 1 + std::min(estimate.variation / 2, 1.0);
  const double spread = std::sqrt(std::log1p(estimate.variation * estimate.variation / n));
  const double factor = std::exp(kDeviations * wider * spread);
  // What is doubtful has a tail that was not drawn. A mean of 20 times the truth is still no more
  // likely than 1 in 20 (Markov).
  const double below = estimate.doubtful() ? 20 : factor;
  estimate.low = std::max(std::floor(estimate.mean / below), seen);
  estimate.high = std::max(std::ceil(estimate.mean * factor), seen);
}

}  // namespace

TraceEstimate estimate_traces(Execution& execution, Model& model, std::uint64_t seed,
                              const EstimateEffort& effort) {
  constexpr std::uint64_t kFewest = 10;
  FSW_ASSERT(effort.samples > 1, "one sample does not say how far samples lie apart");
  RandomDescent descent;
  std::uint64_t steps = 0;
  std::uint64_t number = 0;
  const auto go_down = [&] {
    descent.start(seed, number++);
    do {
      if (steps == 0) {
        execution.run(model, descent);
      } else {
        execution.run_on(model, descent, descent.shared());
      }
      steps += execution.record().explored_end - execution.record().explored_begin;
    } while (descent.advance());
  };
  while (number < effort.samples && (number < kFewest || steps < effort.steps / 2)) go_down();
  // As many again: known before the first of them, or to end after a certain one would be a bias.
  const std::uint64_t samples = number;
  TraceIds ids;
  TraceCount traces;
  std::vector<double> values;
  while (values.size() < samples) {
    go_down();
    if (!descent.redundant()) traces.add(ids.of(execution));
    values.push_back(descent.traces());
  }
  TraceEstimate estimate;
  estimate.samples = static_cast<std::uint32_t>(samples);
  estimate.different = traces.different();
  set_interval(estimate, values);
  return estimate;
}

}  // namespace sim

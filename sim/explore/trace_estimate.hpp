/// How many Mazurkiewicz traces a model has, before any search knows: the mean of random descents
/// (RandomDescent), unbiased for each number of samples. Those that end in a deadlock count, and
/// executions that the step bound cuts, too.
///
/// What is not guaranteed is the spread. Where a few samples stand for most of the traces, the
/// others look steady until one of those comes along: `variation` says how far the samples lie
/// apart. Above 1.5 mean and upper end are not to be relied on: there may be many more.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "sim/execution.hpp"
#include "sim/model.hpp"

namespace sim {

struct TraceEstimate {
  std::uint32_t samples = 0;
  std::uint64_t different = 0;  ///< traces among the samples
  double mean = 0;
  double low = 0;        ///< a whole number; of an interval that is meant to cover 95 of 100
  double high = 0;       ///< likewise
  double variation = 0;  ///< standard deviation of the samples over their mean

  bool doubtful() const { return variation > 1.5; }
  /// Only that there are at least `low` is known: no descent came to a trace, or the mean is beyond
  /// what a double holds.
  bool unbounded() const { return high == std::numeric_limits<double>::infinity(); }
  /// Where so many traces are known.
  TraceEstimate at_least(double traces) const {
    TraceEstimate other = *this;
    for (double* count : {&other.mean, &other.low, &other.high}) *count = std::max(*count, traces);
    return other;
  }
};

struct EstimateEffort {
  std::uint32_t samples = 500;
  /// About so many explored steps; fewer samples then, but not below ten.
  std::uint64_t steps = ~std::uint64_t{0};
};

/// Half of the effort is made to learn the model by: what is drawn then counts for nothing, since
/// most of what lies far off lies there. The same for the same seed, everywhere.
TraceEstimate estimate_traces(Execution& execution, Model& model, std::uint64_t seed,
                              const EstimateEffort& effort);

}  // namespace sim

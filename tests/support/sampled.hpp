/// Draws executions and counts what they show, for tests of the random strategies.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>

#include "sim/execution.hpp"
#include "sim/explore/search.hpp"

namespace testing {

/// Stays the same from run to run: what lies within four standard deviations would now and then
/// lie outside for another seed.
inline std::uint64_t sampling_seed() {
  const char* given = std::getenv("FSWEAVE_SAMPLING_SEED");
  return given == nullptr ? 20260 : std::strtoull(given, nullptr, 10);
}

/// Runs `search` to its end; calls `look` after each execution.
inline void sample(sim::Model& model, sim::Search& search,
                   const std::function<void(const sim::Execution&)>& look) {
  sim::Execution execution;
  do {
    execution.run(model, search);
    look(execution);
  } while (search.advance());
}

/// How many of the executions showed it.
struct Share {
  std::uint64_t hits = 0;
  std::uint64_t runs = 0;

  double value() const { return static_cast<double>(hits) / static_cast<double>(runs); }

  /// Is an event of probability `p` seen this often within four standard deviations?
  bool fits(double p) const {
    const double sigma = std::sqrt(p * (1 - p) / static_cast<double>(runs));
    return std::fabs(value() - p) <= 4 * sigma;
  }
  /// May its probability be `p` or more?
  bool allows_at_least(double p) const { return value() >= p || fits(p); }
};

inline Share share_of(sim::Model& model, sim::Search& search,
                      const std::function<bool(const sim::Execution&)>& event) {
  Share share;
  sample(model, search, [&](const sim::Execution& execution) {
    ++share.runs;
    if (event(execution)) ++share.hits;
  });
  return share;
}

/// Tasks of the explored steps in their order, the first root is 'A'.
inline std::string order_of(const sim::Execution& execution) {
  std::string order;
  const sim::Record& record = execution.record();
  for (std::uint32_t i = record.explored_begin; i < record.explored_end; ++i)
    order += static_cast<char>('A' + record.steps[i].task);
  return order;
}

}  // namespace testing

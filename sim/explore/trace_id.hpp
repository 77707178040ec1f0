/// Which Mazurkiewicz trace an execution belongs to, in 128 bits.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "sim/operation.hpp"
#include "sim/record.hpp"

namespace sim {

class Execution;

/// Equal for executions of one model that have the same explored events, with the same outcomes and
/// injected values, and order all dependent ones alike; otherwise different but for a chance of
/// about n^2 / 2^128 among n traces.
struct TraceId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend constexpr auto operator<=>(const TraceId&, const TraceId&) = default;
};

/// Computes ids; keeps its buffers from one execution to the next.
class TraceIds {
 public:
  /// Of the explored steps; the steps of a teardown that is explored are not part of it.
  TraceId of(const Execution& execution);

  /// Step by step instead: `begin`, then `read` as often as wanted with a growing number of
  /// explored steps that are complete. The id of what was done so far, whatever comes after.
  void begin();
  TraceId read(const Execution& execution, std::uint32_t complete);

 private:
  /// One access of a step. Those of one object form a list from the latest to the first.
  struct AccessOfStep {
    Operation op;
    std::uint32_t step;      ///< index of the explored step
    std::uint32_t previous;  ///< index + 1 of the access of the object before it; 0: none
  };

  TraceId event(const Record& record, std::uint32_t index);
  void add_earlier(const Record& record, const AccessOfStep& access, TraceId& sum);

  TraceId id_;                   ///< of the steps read
  std::vector<TraceId> events_;  ///< of each explored step
  std::vector<std::uint32_t>
      counted_for_;  ///< step -> index + 1 of the step that it was summed for
  std::vector<AccessOfStep> accesses_;
  std::vector<std::uint32_t> latest_;   ///< object -> index + 1 in `accesses_`
  std::uint32_t made_by_[kMaxTasks]{};  ///< explored steps of each task so far
};

}  // namespace sim

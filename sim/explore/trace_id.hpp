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
  /// What an object was touched by so far. An access of the whole object depends on all accesses
  /// but those of one or two kinds, so that their sum is all that it needs; accesses of parts are
  /// looked at one by one.
  struct Touched {
    TraceId all;                    ///< events that touched the whole object, but for `resumed`
    TraceId alike[4];               ///< of those, by their Access
    TraceId releases;               ///< of those, which some step may have waited for
    TraceId resumed;                ///< what only depends on releases
    std::uint32_t latest_part = 0;  ///< index + 1 in `parts_`; 0: none
  };
  /// An access of a part of an object; those of one object form a list from the latest to the
  /// first.
  struct Part {
    Operation op;
    TraceId event;
    std::uint32_t previous;  ///< index + 1 of the one before it; 0: none
  };

  TraceId event(const Record& record, std::uint32_t index);
  TraceId earlier(const Operation& op);
  void note(const Operation& op, const TraceId& event);

  TraceId id_;                    ///< of the steps read
  std::uint32_t steps_ = 0;       ///< read
  std::vector<Touched> touched_;  ///< by object
  std::vector<Part> parts_;
  std::uint32_t made_by_[kMaxTasks]{};  ///< explored steps of each task so far
};

}  // namespace sim

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
  /// Sums of one half of the ids of events; they do not depend on the order of what is added.
  struct Sums {
    std::uint64_t by_access[4]{};  ///< that touched the whole object; nobody goes by `read`
    std::uint64_t releases = 0;    ///< those which some step may have waited for

    std::uint64_t before(const Operation& op) const;
    void note(const Operation& op, std::uint64_t event);
  };
  /// What an object was touched by so far. Of two events that are dependent it is enough that one
  /// goes by whether the other was before it: a reader by writers, who goes on after a wait by
  /// releases. So for accesses of the whole object two sums do; accesses of parts are looked at one
  /// by one.
  struct Touched {
    Sums high;
    Sums low;
    std::uint64_t stamp = 0;        ///< `stamp_` or, once a part was touched, one more; else stale
    std::uint32_t latest_part = 0;  ///< index + 1 in `parts_`; 0: none
  };
  /// An access of a part of an object; those of one object form a list from the latest to the
  /// first.
  struct Part {
    Operation op;
    TraceId event;
    std::uint32_t previous;  ///< index + 1 of the one before it; 0: none
  };

  void make_room(const Execution& execution);
  bool renew(ObjectId object);
  template <bool kReleases>
  void read_one(const StepRecord& step, Touched& touched);
  const StepRecord* read_plain(const StepRecord* step, const StepRecord* end);
  void read_any(const Record& record, std::uint32_t number);
  TraceId before(const Operation& op);
  void note(const Operation& op, const TraceId& event);

  TraceId id_;                    ///< of the steps read
  std::uint32_t steps_ = 0;       ///< read
  std::uint64_t stamp_ = 2;       ///< even; another one in each execution
  std::vector<TraceId> latest_;   ///< by actor: its latest event, or who it is
  std::vector<Touched> touched_;  ///< by object; what an earlier execution left is stale
  std::vector<Part> parts_;
};

}  // namespace sim

/// How many different traces were seen, in constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/explore/trace_id.hpp"

namespace sim {

/// 1 MiB from the first `add` on. Exact up to 32,768 traces; beyond by adaptive sampling (Wegman;
/// Flajolet, Computing 43, 1990): whenever the table is full, half of the ids are given up by one
/// more bit of theirs. The estimate is unbiased, its standard error 1.2 / sqrt(32,768) = 0.7 %.
class TraceCount {
 public:
  static constexpr std::size_t kMost = std::size_t{1} << 15;

  /// All that is known of the traces that were added, in whatever order they were.
  struct Sample {
    std::uint64_t executions = 0;
    unsigned level = 0;        ///< kept are the ids that are zero in their lowest `level` bits
    std::vector<TraceId> ids;  ///< in ascending order
  };

  void add(const TraceId& id);
  /// As if all of the sample's traces had been added one by one.
  void add(const Sample& sample);
  Sample sample() const;

  std::uint64_t executions() const { return executions_; }
  std::uint64_t different() const { return std::uint64_t{kept_} << level_; }
  bool exact() const { return level_ == 0; }

 private:
  static constexpr std::size_t kSlots = 2 * kMost;

  /// Ids are kept that are zero in their lowest `level_` bits.
  bool wanted(const TraceId& id) const {
    return (id.low & ((std::uint64_t{1} << level_) - 1)) == 0;
  }
  bool insert(const TraceId& id);
  void give_up_half();

  std::vector<TraceId> slots_;  ///< open addressing; {0, 0} is empty
  std::size_t kept_ = 0;
  unsigned level_ = 0;
  std::uint64_t executions_ = 0;
};

}  // namespace sim

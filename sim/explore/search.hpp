/// A strategy over many executions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/strategy.hpp"

namespace sim {

class Search : public Strategy {
 public:
  /// Called after each execution: moves on to the next one; false when there is none left.
  virtual bool advance() = 0;

  /// Once `advance` returned true: how many explored steps the execution to come has in common with
  /// the latest one, and all choices in them.
  virtual std::uint32_t shared() const { return 0; }

  /// Did the latest execution repeat what others cover (cut by the search itself)?
  virtual bool redundant() const { return false; }

  /// Once `advance` returned false: was every execution covered, but for those that
  /// `preemption_bound` leaves out?
  virtual bool complete() const { return true; }

  /// Once `advance` returned false: executions that need more preemptions may have been left out;
  /// none: no execution was.
  virtual std::optional<std::uint32_t> preemption_bound() const { return std::nullopt; }

  /// Why `advance` returned false although the search has not come to its end; empty: it has.
  virtual std::string_view gave_up() const { return {}; }

 protected:
  static std::string reached_limit(std::size_t bytes) {
    return "the search reached its limit of " + std::to_string(bytes >> 20) + " MiB of memory";
  }
};

}  // namespace sim

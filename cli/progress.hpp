/// A line on standard error about a search that takes its time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sim/explore/trace_estimate.hpp"

namespace cli {

class Progress {
 public:
  /// How many traces there are; may take as long as a thousand runs.
  using Estimate = std::function<std::optional<sim::TraceEstimate>()>;

  /// At most `total` runs; 0: not known. `estimate`, of a search that runs every trace once, is
  /// called before the first line; it may be empty.
  Progress(std::string what, std::uint64_t total, Estimate estimate);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  ///< clears the line of a terminal

  /// Cheap; called after each run. Says something when the search has run for two seconds.
  void update(std::uint64_t runs, std::size_t findings);

 private:
  using Clock = std::chrono::steady_clock;

  void say(std::uint64_t runs, std::size_t findings, Clock::duration elapsed);

  std::string what_;
  std::uint64_t total_;
  Estimate estimate_;
  std::optional<sim::TraceEstimate> traces_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point start_;
  Clock::time_point next_;
  std::optional<std::uint64_t> before_;  ///< runs that another process had made
  std::uint64_t look_at_ = 0;            ///< runs before the clock is read again
};

/// What is left of a search that ran `done` executions, `rate` in a second: to `most` (0: it runs
/// on), where that comes first, else to the end of all traces, with the error of the estimate. ""
/// where nothing is known.
std::string time_left(std::uint64_t done, std::uint64_t most,
                      const std::optional<sim::TraceEstimate>& traces, double rate);

}  // namespace cli

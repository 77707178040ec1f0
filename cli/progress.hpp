/// A line on standard error about a search that takes its time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace cli {

class Progress {
 public:
  /// `total` runs, 0: not known.
  Progress(std::string what, std::uint64_t total);
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
  bool terminal_;
  bool shown_ = false;
  Clock::time_point start_;
  Clock::time_point next_;
  std::optional<std::uint64_t> before_;  ///< runs that another process had made
  std::uint64_t look_at_ = 0;            ///< runs before the clock is read again
};

}  // namespace cli

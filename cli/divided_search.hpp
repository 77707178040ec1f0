/// A search by several processes, that can be stopped, killed and taken up again, and of which
/// several machines can take a part each. The units that it is divided into depend on the search
/// alone (core/scenario/search_share.hpp), so whoever runs them, what they find together is the
/// same to the byte.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/search_file.hpp"
#include "cli/worker_pool.hpp"
#include "core/scenario/case_runner.hpp"

namespace cli {

struct DividedOptions {
  unsigned jobs = 1;
  std::size_t most_bytes = scenario::SearchLimits{}.most_bytes;  ///< that each unit may remember
  std::string command;     ///< that runs this search again, for a bug of ours
  std::string checkpoint;  ///< file; empty: none
  /// Called between executions and units with what was run and found so far; false stops.
  std::function<bool(std::uint64_t runs, std::size_t findings)> progress;
};

class DividedSearch {
 public:
  /// `state` says what is to be done yet; units that gave up before are tried again. All of these
  /// must outlive it.
  DividedSearch(scenario::CaseRunner& runner, const scenario::Search& how, SearchState& state,
                const DividedOptions& options);

  /// Runs until nothing is left, or it is told to stop. What interrupted units had found is part of
  /// the outcome and not of the state. A unit that gives up stops no other one, so that what is
  /// found does not depend on who comes first. Throws CommandError where a worker dies (bug), or
  /// the checkpoint cannot be written (output).
  scenario::SearchOutcome run();

  /// The part of the search that belongs to shard `state.about.shard`: runs units until there are
  /// some for everybody, which each shard does alike, and keeps its own.
  void take_shard();

 private:
  using Clock = std::chrono::steady_clock;

  using GoOn = std::function<bool(const sim::SearchResult&)>;

  scenario::UnitOutcome run_unit(const scenario::Unit& unit, const GoOn& go_on);
  scenario::UnitOutcome run_here(const scenario::Unit& unit);
  void take(const scenario::Unit& unit, scenario::UnitOutcome outcome);
  void start_workers();
  void feed_workers();
  void hear_workers();
  void stop_workers();
  void write_checkpoint();
  bool go_on() const;

  scenario::CaseRunner& runner_;
  const scenario::Search& how_;
  SearchState& state_;
  const DividedOptions& options_;
  std::optional<WorkerPool> pool_;
  std::vector<scenario::Unit> given_;  ///< to each worker
  scenario::SearchShare interrupted_;  ///< what units had found that were not ended
  bool stopped_ = false;
  Clock::time_point next_checkpoint_{};
};

/// The outcome of all that was found; `exhausted`: no unit is left.
scenario::SearchOutcome outcome_of(scenario::SearchShare share, const scenario::GivenUp& given_up,
                                   bool exhausted);

}  // namespace cli

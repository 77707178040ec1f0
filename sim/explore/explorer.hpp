/// Runs a model under a search, execution after execution, and counts what they show.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/execution.hpp"
#include "sim/explore/search.hpp"
#include "sim/explore/trace_count.hpp"
#include "sim/schedule.hpp"

namespace sim {

/// A finding and how often it was seen.
struct SeenFinding {
  Finding finding;  ///< as the first execution that showed it has it
  std::uint64_t executions =
      0;  ///< that showed it and were no repetition; may be 0 (see `first_run`)
  std::uint64_t first_run = 0;  ///< number of that run, from 0, repetitions counted
  Schedule witness;             ///< of that run
};

struct SearchResult {
  std::uint64_t executions = 0;  ///< that ran to their end; with a reducing search, classes
  std::uint64_t redundant = 0;   ///< cut by the search, since others cover them
  std::uint64_t deadlocks = 0;
  std::uint64_t cut_by_step_bound = 0;
  std::uint64_t cut_by_task_bound = 0;
  std::uint64_t clean = 0;  ///< executions without any finding
  bool covers_all = false;  ///< the search is of a kind that covers every execution
  bool exhausted = false;   ///< it came to its own end
  std::string gave_up;      ///< why it did not although nobody ended it; otherwise empty
  /// Executions that need more preemptions may have been left out; none: no execution was.
  std::optional<std::uint32_t> preemption_bound;
  bool window_named = false;
  bool window_reached = false;  ///< in some execution
  bool window_entered = false;  ///< in some execution another task made a step inside it

  std::vector<SeenFinding> findings;  ///< in the order of first sight
  std::map<std::string, std::uint32_t, std::less<>>
      index_of;  ///< Finding::signature -> index in `findings`
  /// Which findings executions had together: ascending indices -> executions.
  std::map<std::vector<std::uint32_t>, std::uint64_t> combinations;
  std::map<std::uint64_t, std::uint64_t> final_states;  ///< of quiescent executions -> executions
  TraceCount traces;                                    ///< if asked for: of executions not cut
  std::set<std::string_view> labels;                    ///< passed at least once

  /// Every execution within the preemption bound was covered; none was cut at a bound on steps or
  /// tasks.
  bool complete() const {
    return covers_all && exhausted && cut_by_step_bound == 0 && cut_by_task_bound == 0;
  }
  std::uint64_t runs() const { return executions + redundant; }
  bool has(FindingKind kind) const;
};

struct ExploreOptions {
  std::uint64_t max_runs = 0;  ///< 0: no limit; repetitions count
  bool stop_at_first_finding = false;
  bool count_traces = false;  ///< for searches that may run a trace more than once
  /// Called after each run; false ends the search.
  std::function<bool(const SearchResult&)> progress;
};

/// `execution` carries the options (window, step bound) and is used for every run.
SearchResult explore(Execution& execution, Model& model, Search& search,
                     const ExploreOptions& options = {});

}  // namespace sim

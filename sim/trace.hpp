/// A trace: one execution as data that outlives it. Everything is named (tasks by their unique
/// names, objects by Object::name), never numbered by the run, so that two traces can be compared
/// and one can be followed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/execution.hpp"

namespace sim {

struct TraceOperation {
  std::string kind;    ///< OpTraits::word
  std::string access;  ///< as it was carried out: none, read, add, write
  std::string object;  ///< empty: on no object
  std::uint32_t begin = 0;
  std::uint32_t end = 0xffffffffU;
  std::uint32_t value = 0;

  friend bool operator==(const TraceOperation&, const TraceOperation&) = default;
};

struct TraceChoice {
  std::string what;
  std::uint32_t options;
  std::uint32_t value;

  friend bool operator==(const TraceChoice&, const TraceChoice&) = default;
};

struct CounterChange {
  std::string name;
  std::int64_t value;  ///< after the step

  friend bool operator==(const CounterChange&, const CounterChange&) = default;
};

struct TraceStep {
  Phase phase = Phase::explored;
  std::string task;
  std::vector<std::string> enabled;  ///< in order of birth
  TraceOperation op;
  std::string label;  ///< the last one passed; empty: none
  std::vector<TraceChoice> choices;
  std::vector<CounterChange> counters;  ///< that changed; empty unless narrated

  friend bool operator==(const TraceStep&, const TraceStep&) = default;
};

struct TraceFinding {
  std::string kind;
  std::string name;
  std::string text;
  std::optional<std::uint32_t> step;  ///< none: before the first
  std::string task;                   ///< empty: outside any task

  friend bool operator==(const TraceFinding&, const TraceFinding&) = default;
};

/// What the caller knows about an execution and the engine does not.
struct TraceAbout {
  std::string scenario;
  std::string scenario_digest;
  std::string fixes;
  std::string strategy;
  std::optional<std::uint64_t> seed;
  std::string case_name;
  std::vector<std::pair<std::string, std::string>>
      more;  ///< the caller's own keys, each once, in their order

  friend bool operator==(const TraceAbout&, const TraceAbout&) = default;
};

struct TraceWindow {
  std::string task;
  std::string from;
  std::string to;

  friend bool operator==(const TraceWindow&, const TraceWindow&) = default;
};

/// The options that an execution must be repeated with.
struct TraceOptions {
  std::uint32_t max_steps = 0;
  bool narrate = false;
  bool detect_races = true;
  bool explore_teardown = false;
  std::optional<TraceWindow> watched;
  std::vector<TraceWindow> held;

  friend bool operator==(const TraceOptions&, const TraceOptions&) = default;
};

struct TraceFile {
  TraceAbout about;
  TraceOptions options;
  std::vector<std::string> counter_names;
  std::vector<TraceChoice> at_start;  ///< choices made while the explored tasks started
  std::vector<TraceStep> steps;
  std::string ending;  ///< quiescent, deadlock, step-bound, cut
  std::vector<TraceFinding> findings;
  std::uint32_t tasks = 0;
  std::uint64_t final_state = 0;
  std::string
      digest;  ///< XXH3-128 of the text before the last line; set by the writer and the reader

  friend bool operator==(const TraceFile&, const TraceFile&) = default;
};

std::string_view word(Ending ending);
std::string_view word(Access access);

TraceOperation trace_operation(const Execution& execution, const Operation& op);
/// Step `index` of the record, without counters.
TraceStep trace_step(const Execution& execution, std::uint32_t index);
TraceFile trace_of(const Execution& execution, const TraceAbout& about);

/// "lock(foo:i_rwsem)", "lock(foo:tree [0, 8))".
std::string describe(const TraceOperation& op);

}  // namespace sim

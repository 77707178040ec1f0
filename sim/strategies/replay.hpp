/// Replay: follows recorded decisions and checks that the model goes the recorded way: task,
/// enabled set, operation, label and choices at every explored step, by names and never by numbers
/// of the run. At the first difference it stops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/schedule.hpp"
#include "sim/strategy.hpp"
#include "sim/trace.hpp"

namespace sim {

/// The first difference between what was recorded and what happened.
struct Divergence {
  std::uint32_t step;    ///< index in Record::steps
  std::string expected;  ///< phrases: "writer makes lock(foo:i_rwsem)"
  std::string found;

  std::string sentence() const;
};

/// What a replay follows.
struct Recording {
  enum class AfterLast : std::uint8_t {
    diverge,  ///< the recorded execution ended by itself: one more step is a difference
    cut,      ///< the recorded execution was cut there
    go_on,    ///< by the fixed order: same task while it can, else first by birth
  };

  std::vector<TraceStep> steps;  ///< explored ones, and those of an explored teardown
  std::vector<TraceChoice> at_start;
  bool tasks_only = false;  ///< from a schedule: only tasks and injected values are known
  AfterLast after_last = AfterLast::diverge;
};

Recording recording_of(const TraceFile& trace);
/// A choice that the schedule does not list takes 0.
Recording recording_of(const Schedule& schedule);

/// The first step, or fact after the last step, in which two traces differ; for phases that no
/// strategy decides about.
std::optional<Divergence> first_difference(const TraceFile& expected, const TraceFile& found);

class ReplayStrategy final : public Strategy {
 public:
  explicit ReplayStrategy(Recording recording) : recording_(std::move(recording)) {}

  void begin(const Execution& execution) override;
  TaskId next_task(const Execution& execution) override;
  std::uint32_t choose(const Execution& execution, const char* what,
                       std::uint32_t options) override;
  void end(const Execution& execution) override;

  const std::optional<Divergence>& divergence() const { return divergence_; }

 private:
  const std::vector<TraceChoice>& choices_here() const;
  TaskId after_last(const Execution& execution);
  void check_decision(const Execution& execution, const TraceStep& expected, TaskId task);
  void check_made_step(const Execution& execution);
  void diverge(std::uint32_t step, std::string expected, std::string found);

  Recording recording_;
  std::size_t position_ = 0;  ///< recorded steps decided
  std::size_t choice_ = 0;    ///< choices asked since the latest decision
  std::uint32_t made_ = 0;    ///< index in Record::steps of the latest decided step
  bool unchecked_ = false;    ///< that step was not compared yet
  std::optional<Divergence> divergence_;
};

}  // namespace sim

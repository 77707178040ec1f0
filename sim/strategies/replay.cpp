#include "sim/strategies/replay.hpp"

#include <algorithm>
#include <utility>

#include "sim/execution.hpp"
#include "sim/strategies/fixed_order.hpp"
#include "sim/text.hpp"
#include "sim/wait_graph.hpp"

namespace sim {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

std::string makes(const std::string& task, const TraceOperation& op) {
  return task + " makes " + describe(op);
}

std::string described(const std::vector<TraceChoice>& choices) {
  std::string text;
  for (const TraceChoice& choice : choices) {
    text += (text.empty() ? "" : ", ") + choice.what + "=" + std::to_string(choice.value) + " of " +
            std::to_string(choice.options);
  }
  return text.empty() ? "no choice" : text;
}

/// How a step went, with everything in which it may differ from another of the same task.
std::string outcome(const TraceStep& step) {
  std::string text = makes(step.task, step.op) + " as " + step.op.access + " with value " +
                     std::to_string(step.op.value);
  text += step.label.empty() ? ", passes no label" : ", passes " + step.label;
  if (!step.choices.empty()) text += ", " + described(step.choices);
  return text;
}

bool same_outcome(const TraceStep& a, const TraceStep& b) {
  return a.op == b.op && a.label == b.label && a.choices == b.choices;
}

/// An announced lock may turn out to be a whole section; everything else is announced as what it
/// becomes.
bool announces(const std::string& announced, const std::string& recorded) {
  return announced == recorded ||
         (announced == traits(OpKind::lock).word && recorded == traits(OpKind::section).word);
}

std::string why_over(const Execution& execution) {
  switch (execution.ending()) {
    case Ending::deadlock: return "no task can go on: " + ascii(describe_waits(execution));
    case Ending::step_bound:
    case Ending::task_bound: return why_cut(execution.ending());
    default: return "every task has ended";
  }
}

}  // namespace

std::string Divergence::sentence() const {
  return "the replay differs first at step " + std::to_string(step) + ": recorded is \"" +
         expected + "\", but \"" + found + "\"";
}

Recording recording_of(const TraceFile& trace) {
  Recording recording;
  for (const TraceStep& step : trace.steps) {
    const bool decided = step.phase == Phase::explored ||
                         (step.phase == Phase::teardown && trace.options.explore_teardown);
    if (decided) recording.steps.push_back(step);
  }
  recording.at_start = trace.at_start;
  const bool ended =
      trace.ending == word(Ending::quiescent) || trace.ending == word(Ending::deadlock);
  recording.after_last = ended ? Recording::AfterLast::diverge : Recording::AfterLast::cut;
  return recording;
}

Recording recording_of(const Schedule& schedule) {
  Recording recording;
  recording.tasks_only = true;
  recording.after_last = Recording::AfterLast::go_on;
  for (const ScheduleChoice& choice : schedule.at_start)
    recording.at_start.push_back({choice.what, 0, choice.value});
  for (const ScheduleRun& run : schedule.runs) {
    TraceStep step;
    step.task = run.task;
    for (const ScheduleChoice& choice : run.choices)
      step.choices.push_back({choice.what, 0, choice.value});
    recording.steps.insert(recording.steps.end(), run.length, step);
  }
  return recording;
}

std::optional<Divergence> first_difference(const TraceFile& expected, const TraceFile& found) {
  const std::size_t common = std::min(expected.steps.size(), found.steps.size());
  const auto shown = [](const TraceStep& step) {
    std::string text = outcome(step) + ", enabled: " + listed(step.enabled);
    for (const CounterChange& change : step.counters)
      text += ", " + change.name + " " + std::to_string(change.value);
    return text;
  };
  for (std::size_t i = 0; i < common; ++i)
    if (!(expected.steps[i] == found.steps[i]))
      return Divergence{static_cast<std::uint32_t>(i), shown(expected.steps[i]),
                        shown(found.steps[i])};
  const auto at = static_cast<std::uint32_t>(common);
  if (expected.steps.size() > common)
    return Divergence{at, shown(expected.steps[common]), "the execution is over: " + found.ending};
  if (found.steps.size() > common)
    return Divergence{at, "the execution is over: " + expected.ending, shown(found.steps[common])};
  const auto facts = [](const TraceFile& trace) {
    std::string text = trace.ending + ", final state " + std::to_string(trace.final_state);
    for (const TraceFinding& finding : trace.findings)
      text += ", " + finding.kind + ": " + finding.text;
    return text;
  };
  if (expected.ending != found.ending || expected.findings != found.findings ||
      expected.final_state != found.final_state)
    return Divergence{at, facts(expected), facts(found)};
  return std::nullopt;
}

void ReplayStrategy::begin(const Execution&) {
  position_ = choice_ = 0;
  unchecked_ = false;
  divergence_.reset();
}

void ReplayStrategy::diverge(std::uint32_t step, std::string expected, std::string found) {
  if (!divergence_) divergence_ = {step, std::move(expected), std::move(found)};
}

const std::vector<TraceChoice>& ReplayStrategy::choices_here() const {
  static const std::vector<TraceChoice> none;
  if (position_ == 0) return recording_.at_start;
  return unchecked_ ? recording_.steps[position_ - 1].choices : none;
}

std::uint32_t ReplayStrategy::choose(const Execution& execution, const char* what,
                                     std::uint32_t options) {
  if (divergence_) return 0;
  const std::vector<TraceChoice>& choices = choices_here();
  const bool optional = recording_.tasks_only && (choices.empty() || choice_ >= choices.size());
  if (optional) return 0;
  const std::string name = ascii(what);
  const std::uint32_t step = position_ == 0 ? execution.step() : made_;
  if (choice_ >= choices.size()) {
    diverge(step, described(choices), "choice " + name + " is asked for as well");
    return 0;
  }
  const TraceChoice& expected = choices[choice_++];
  const bool same = expected.what == name && (recording_.tasks_only ? expected.value < options
                                                                    : expected.options == options);
  if (!same) {
    diverge(step, "choice " + expected.what + "=" + std::to_string(expected.value),
            "choice " + name + " below " + std::to_string(options) + " is asked for");
    return 0;
  }
  return expected.value;
}

TaskId ReplayStrategy::after_last(const Execution& execution) {
  switch (recording_.after_last) {
    case Recording::AfterLast::go_on: return fixed_order(execution);
    case Recording::AfterLast::cut: return kNoTask;
    case Recording::AfterLast::diverge: break;
  }
  diverge(execution.step(), "the execution is over",
          "these can go on: " +
              listed(unique_names(execution.record(), execution.phase(), execution.enabled())));
  return kNoTask;
}

TaskId ReplayStrategy::next_task(const Execution& execution) {
  check_made_step(execution);
  if (divergence_) return kNoTask;
  unchecked_ = false;
  if (position_ == recording_.steps.size()) return after_last(execution);
  const TraceStep& expected = recording_.steps[position_];
  TaskId task = kNoTask;
  for (const Task* live : execution.live_tasks())
    if (unique_name(execution.record(), execution.actor_of(live->id)) == expected.task)
      task = live->id;
  check_decision(execution, expected, task);
  if (divergence_) return kNoTask;
  ++position_;
  choice_ = 0;
  made_ = execution.step();
  unchecked_ = true;
  return task;
}

void ReplayStrategy::check_decision(const Execution& execution, const TraceStep& expected,
                                    TaskId task) {
  const Record& record = execution.record();
  const std::uint32_t step = execution.step();
  const std::string wanted =
      recording_.tasks_only ? expected.task + " runs" : makes(expected.task, expected.op);
  if (execution.phase() != expected.phase)
    return diverge(step, wanted + " (" + std::string(word(expected.phase)) + ")",
                   "the phase is " + std::string(word(execution.phase())));
  if (task == kNoTask) {
    TaskMask live = 0;
    for (const Task* other : execution.live_tasks()) live |= mask_of(other->id);
    return diverge(step, wanted,
                   "there is no task " + expected.task +
                       "; there are: " + listed(unique_names(record, execution.phase(), live)));
  }
  const Task& chosen = execution.task(task);
  const TraceOperation pending = trace_operation(execution, chosen.pending);
  if (!recording_.tasks_only) {
    const bool same = announces(pending.kind, expected.op.kind) &&
                      pending.object == expected.op.object && pending.begin == expected.op.begin &&
                      pending.end == expected.op.end;
    if (!same) return diverge(step, wanted, makes(expected.task, pending));
  }
  if ((execution.enabled() & mask_of(task)) == 0)
    return diverge(step, wanted, ascii(describe_wait(execution, chosen)));
  if (recording_.tasks_only) return;
  const auto enabled = unique_names(record, execution.phase(), execution.enabled());
  if (enabled != expected.enabled)
    diverge(step, wanted + ", enabled: " + listed(expected.enabled), "enabled: " + listed(enabled));
}

/// A step's outcome is known once the next decision is asked for.
void ReplayStrategy::check_made_step(const Execution& execution) {
  if (divergence_) return;
  const std::vector<TraceChoice>& choices = choices_here();
  if (choice_ < choices.size()) {
    const std::uint32_t step = position_ == 0 ? execution.step() : made_;
    return diverge(step, "choice " + choices[choice_].what, "it is not asked for");
  }
  if (!unchecked_ || recording_.tasks_only) return;
  const TraceStep& expected = recording_.steps[position_ - 1];
  const TraceStep found = trace_step(execution, made_);
  if (!same_outcome(expected, found)) diverge(made_, outcome(expected), outcome(found));
}

void ReplayStrategy::end(const Execution& execution) {
  check_made_step(execution);
  unchecked_ = false;
  if (divergence_ || position_ == recording_.steps.size()) return;
  const TraceStep& expected = recording_.steps[position_];
  if (expected.phase != Phase::explored) return;
  const std::string wanted =
      recording_.tasks_only ? expected.task + " runs" : makes(expected.task, expected.op);
  diverge(execution.step(), wanted, why_over(execution));
}

}  // namespace sim

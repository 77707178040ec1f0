#include "sim/trace.hpp"

#include "sim/schedule.hpp"
#include "sim/text.hpp"

namespace sim {
namespace {

TraceWindow trace_window(const Window& window) {
  return {ascii(window.task), window.from == nullptr ? "" : ascii(window.from->name()),
          window.to == nullptr ? "" : ascii(window.to->name())};
}

TraceOptions trace_options(const ExecutionOptions& options) {
  TraceOptions traced{
      options.max_steps, options.narrate, options.detect_races, options.explore_teardown, {}, {}};
  if (options.watched) traced.watched = trace_window(*options.watched);
  for (const Window& window : options.held) traced.held.push_back(trace_window(window));
  return traced;
}

std::vector<TraceChoice> trace_choices(const Record& record, std::uint32_t begin,
                                       std::uint32_t end) {
  std::vector<TraceChoice> choices;
  for (std::uint32_t i = begin; i < end; ++i)
    choices.push_back(
        {ascii(record.choices[i].what), record.choices[i].options, record.choices[i].value});
  return choices;
}

std::vector<CounterChange> changes(const Narrative& narrative, std::uint32_t step) {
  std::vector<CounterChange> list;
  if (step >= narrative.counters.size()) return list;
  const auto& now = narrative.counters[step];
  for (std::size_t i = 0; i < now.size(); ++i) {
    const bool known = step > 0 && i < narrative.counters[step - 1].size();
    const std::int64_t before = known ? narrative.counters[step - 1][i] : 0;
    if (now[i] != before) list.push_back({ascii(narrative.counter_names[i]), now[i]});
  }
  return list;
}

TraceFinding trace_finding(const Record& record, const Finding& finding) {
  TraceFinding traced{
      std::string(traits(finding.kind).word), ascii(finding.name), ascii(finding.text), {}, {}};
  if (finding.step == kBeforeSteps) return traced;
  traced.step = finding.step;
  const StepRecord& step = record.steps[finding.step];
  const ActorId actor =
      step.task == finding.task ? step.actor : actor_of(record, step.phase, finding.task);
  if (actor != kNoActor) traced.task = unique_name(record, actor);
  return traced;
}

}  // namespace

std::string_view word(Ending ending) {
  switch (ending) {
    case Ending::quiescent: return "quiescent";
    case Ending::deadlock: return "deadlock";
    case Ending::step_bound: return "step-bound";
    case Ending::task_bound: return "task-bound";
    case Ending::cut: return "cut";
  }
  return "";
}

std::string_view word(Access access) {
  switch (access) {
    case Access::none: return "none";
    case Access::read: return "read";
    case Access::add: return "add";
    case Access::write: return "write";
  }
  return "";
}

TraceOperation trace_operation(const Execution& execution, const Operation& op) {
  const std::string object =
      op.object == kNoObject ? "" : ascii(execution.object(op.object).name(execution.record()));
  return {std::string(traits(op.kind).word),
          std::string(word(op.access)),
          object,
          op.begin,
          op.end,
          op.value};
}

TraceStep trace_step(const Execution& execution, std::uint32_t index) {
  const Record& record = execution.record();
  const StepRecord& step = record.steps[index];
  const auto [begin, end] = choices_of_step(record, index);
  return {step.phase,
          unique_name(record, step.actor),
          unique_names(record, step.phase, step.enabled),
          trace_operation(execution, step.op),
          step.label == nullptr ? "" : ascii(step.label->name()),
          trace_choices(record, begin, end),
          {}};
}

TraceFile trace_of(const Execution& execution, const TraceAbout& about) {
  const Record& record = execution.record();
  const Narrative& narrative = execution.narrative();
  TraceFile trace;
  trace.about = about;
  trace.options = trace_options(execution.options());
  if (execution.narrating())
    for (const char* name : narrative.counter_names) trace.counter_names.push_back(ascii(name));
  trace.at_start = trace_choices(record, 0, choices_at_start(record));
  trace.steps.reserve(record.steps.size());
  for (std::uint32_t index = 0; index < record.steps.size(); ++index) {
    trace.steps.push_back(trace_step(execution, index));
    trace.steps.back().counters = changes(narrative, index);
  }
  trace.ending = word(execution.ending());
  for (const Finding& finding : execution.findings())
    trace.findings.push_back(trace_finding(record, finding));
  trace.tasks = static_cast<std::uint32_t>(record.actors.size());
  trace.final_state = execution.final_state();
  return trace;
}

std::string describe(const TraceOperation& op) {
  std::string text = op.kind + "(" + op.object;
  if (op.begin != 0 || op.end != 0xffffffffU)
    text += (op.object.empty() ? "[" : " [") + std::to_string(op.begin) + ", " +
            std::to_string(op.end) + ")";
  return text + ")";
}

}  // namespace sim

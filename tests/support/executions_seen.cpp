#include "tests/support/executions_seen.hpp"

namespace testing {
namespace {

std::string text_of(sim::Execution& execution) {
  std::string text;
  const auto add = [&text](std::uint64_t value) { text += std::to_string(value) + " "; };
  const sim::Record& record = execution.record();
  add(record.explored_begin);
  add(record.explored_end);
  for (std::uint32_t i = 0; i < record.steps.size(); ++i) {
    const sim::StepRecord& step = record.steps[i];
    text += record.actor_name(step.actor) + " ";
    if (step.label != nullptr) text += std::string(step.label->name()) + " ";
    for (const std::uint64_t value :
         {step.enabled, static_cast<std::uint64_t>(step.op.kind),
          static_cast<std::uint64_t>(step.op.access), std::uint64_t{step.op.object},
          std::uint64_t{step.op.begin}, std::uint64_t{step.op.end}, std::uint64_t{step.op.value}})
      add(value);
    for (const sim::Footprint& touched : record.touched_by(i)) {
      add(touched.object);
      add(static_cast<std::uint64_t>(touched.access));
    }
    for (std::uint32_t choice = step.choice_begin; choice < record.choice_end(i); ++choice)
      add(record.choices[choice].value);
    text += "\n";
  }
  for (const sim::PassedLabel& passed : execution.labels_passed())
    text += std::string(passed.label->name()) + " ";
  for (const sim::Finding& finding : execution.findings())
    text += "\n" + finding.signature() + " at " + std::to_string(finding.step);
  add(static_cast<std::uint64_t>(execution.ending()));
  add(execution.final_state());
  add(execution.window_entered() ? 1 : 0);
  add(execution.object_count());
  add(execution.arena().position());
  return text;
}

}  // namespace

ExecutionsSeen executions_seen(sim::Model& model, sim::Search& search, bool keeps, std::size_t most,
                               const sim::ExecutionOptions& options) {
  CountedModel counted(model, keeps);
  sim::Execution execution(options);
  ExecutionsSeen seen;
  execution.run(counted, search);
  seen.executions.push_back(text_of(execution));
  while (search.advance() && seen.executions.size() < most) {
    execution.run_on(counted, search, search.shared());
    seen.executions.push_back(text_of(execution));
  }
  seen.built = counted.built();
  return seen;
}

}  // namespace testing

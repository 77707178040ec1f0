#include "core/scenario/stages.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace scenario {
namespace {

std::string describe(const Directive& directive) {
  if (directive.kind == Directive::Kind::choose)
    return fmt::format("choose {} = {}", directive.subject, directive.value);
  const Until& until = directive.until;
  std::string place = until.name;
  switch (until.kind) {
    case Until::Kind::exit: place = "exit"; break;
    case Until::Kind::label: break;
    case Until::Kind::blocked:
      place = until.name.empty() ? "blocked" : "blocked on " + until.name;
      break;
    case Until::Kind::steps: place = fmt::format("{} steps", until.occurrence); break;
  }
  return fmt::format("{}: {}", directive.subject, place);
}

const std::vector<std::int64_t>& counters_after(const sim::Execution& execution,
                                                std::uint32_t steps) {
  static const std::vector<std::int64_t> none;
  const auto& counters = execution.narrative().counters;
  return steps == 0 || steps > counters.size() ? none : counters[steps - 1];
}

std::string mismatch_of(const Directive& directive, const sim::Execution& execution,
                        const std::vector<std::int64_t>& values) {
  const auto& names = execution.narrative().counter_names;
  std::string text;
  for (const auto& [name, expected] : directive.counters) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (name != names[i] || values[i] == static_cast<std::int64_t>(expected)) continue;
      text += fmt::format("{}{} is {}, expected {}", text.empty() ? "" : ", ", name, values[i],
                          expected);
    }
  }
  return text;
}

}  // namespace

std::vector<Stage> stages_of(const Case& the_case, const sim::Execution& execution,
                             const sim::DirectedStrategy& directed) {
  std::vector<Stage> stages;
  for (std::size_t i = 0; i < directed.ends().size(); ++i) {
    const Directive& directive = the_case.schedule[i];
    const std::uint32_t step = directed.ends()[i];
    const auto& values = counters_after(execution, step);
    stages.push_back(
        {describe(directive), step, values, mismatch_of(directive, execution, values)});
  }
  for (const sim::Note& note : execution.narrative().notes) {
    if (note.kind != sim::NoteKind::mark || !note.text.starts_with("end ") ||
        note.actor == sim::kNoActor ||
        execution.record().actors[note.actor].phase != sim::Phase::teardown)
      continue;
    const std::uint32_t step = note.step == sim::kBeforeSteps ? 0 : note.step + 1;
    stages.push_back({"then " + note.text.substr(4), step, counters_after(execution, step), {}});
  }
  return stages;
}

std::string stage_table(const std::vector<Stage>& stages, const sim::Execution& execution) {
  const auto& names = execution.narrative().counter_names;
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool used = std::any_of(stages.begin(), stages.end(), [i](const Stage& stage) {
      return i < stage.counters.size() && stage.counters[i] != 0;
    });
    if (used) columns.push_back(i);
  }
  std::size_t width = 5;
  for (const Stage& stage : stages) width = std::max(width, stage.what.size());
  std::string text = fmt::format("{:<{}}  step", "stage", width);
  for (const std::size_t i : columns) text += fmt::format("  {:>8}", names[i]);
  text += '\n';
  for (const Stage& stage : stages) {
    text += fmt::format("{:<{}}  {:>4}", stage.what, width, stage.step);
    for (const std::size_t i : columns)
      text += fmt::format("  {:>8}", i < stage.counters.size() ? stage.counters[i] : 0);
    text += '\n';
    if (!stage.mismatch.empty()) text += fmt::format("{:<{}}  !! {}\n", "", width, stage.mismatch);
  }
  return text;
}

}  // namespace scenario

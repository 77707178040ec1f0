#include "cli/conform/model_run.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "core/scenario/case_runner.hpp"
#include "core/scenario/scenario.hpp"

namespace conform {
namespace {

constexpr std::string_view kTask = "fsstress";

/// The operation as scenario files write it.
std::string command_of(const KernelOperation& operation) {
  switch (operation.kind) {
    case OperationKind::creat: return "open -f f0";
    case OperationKind::write:
      return fmt::format("pwrite {} {}", operation.offset, operation.length);
    case OperationKind::dwrite:
      return fmt::format("pwrite -d {} {}", operation.offset, operation.length);
    case OperationKind::fsync: return "fsync";
    case OperationKind::sync: return "sync";
    case OperationKind::umount: return "umount";
  }
  return "";
}

scenario::Scenario scenario_of(const KernelWorkload& workload) {
  std::string commands;
  for (const KernelOperation& operation : workload.operations)
    commands += fmt::format("{}\"{}\"", commands.empty() ? "" : ", ", command_of(operation));
  std::string parameters;
  if (workload.variant == FileVariant::nodatacow) parameters += ", \"nodatacow\": true";
  if (workload.qgroup_limit) parameters += fmt::format(", \"limit\": {}", *workload.qgroup_limit);
  return scenario::parse_scenario(
      fmt::format(R"({{ "fsweave": 1, "fs": {{ "type": "btrfs"{} }}, "tasks": {{ "{}": [{}] }} }})",
                  parameters, kTask, commands),
      "conform");
}

/// Turns a narrative into operations, each with the tracepoints since the one before.
class Recorder {
 public:
  Recorder(const KernelWorkload& workload, const sim::Execution& execution)
      : workload_(workload), execution_(execution) {}

  Recording run() {
    // The first step only locks something: its counters are still those of the mount.
    finish_operation("start", counters_after(0));
    for (const sim::Note& note : execution_.narrative().notes) {
      if (note.kind == sim::NoteKind::tracepoint) add_event(note);
      const bool ended = note.kind == sim::NoteKind::mark && note.text.starts_with("end ");
      if (ended && done_ < workload_.operations.size()) end_operation(note);
    }
    recording_.trailing = std::move(events_);
    return std::move(recording_);
  }

 private:
  void add_event(const sim::Note& note) {
    const std::string_view text = note.text;
    const std::size_t colon = std::min(text.find(": "), text.size());
    Event event;
    event.name = text.substr(0, colon);
    if (note.actor != sim::kNoActor) event.task = execution_.record().actor_name(note.actor);
    parse_fields(text.substr(std::min(colon + 2, text.size())), event);
    events_.push_back(std::move(event));
  }

  void end_operation(const sim::Note& note) {
    const KernelOperation& operation = workload_.operations[done_++];
    const std::string result = note.text.substr(note.text.rfind(" = ") + 3);
    std::string marker = operation.marker();
    const bool full = result == "0" || result == std::to_string(operation.length);
    if (!full) marker += " = " + (result.starts_with('-') ? result.substr(1) : result);
    const bool gone = operation.kind == OperationKind::umount;
    finish_operation(std::move(marker),
                     gone ? std::optional<Counters>{}
                          : counters_after(note.step == sim::kBeforeSteps ? 0 : note.step));
  }

  void finish_operation(std::string marker, std::optional<Counters> counters) {
    recording_.ops.push_back(
        {std::move(marker), std::string(kTask), counters, std::exchange(events_, {})});
  }

  Counters counters_after(std::uint32_t step) const {
    const sim::Narrative& narrative = execution_.narrative();
    if (step >= narrative.counters.size()) return {};
    const auto value = [&](std::string_view name) -> std::int64_t {
      for (std::size_t i = 0; i < narrative.counter_names.size(); ++i)
        if (narrative.counter_names[i] == name) return narrative.counters[step][i];
      return 0;
    };
    return {value("rsv_data"), value("referenced"), value("may_use"), value("reserved"),
            value("used")};
  }

  const KernelWorkload& workload_;
  const sim::Execution& execution_;
  Recording recording_;
  std::vector<Event> events_;
  std::size_t done_ = 0;
};

}  // namespace

Recording record_model(const KernelWorkload& workload) {
  const scenario::Scenario scenario = scenario_of(workload);
  const scenario::Case today = scenario::case_of_today();
  scenario::CaseRunner runner(scenario, today);
  runner.follow_schedule();
  return Recorder(workload, runner.execution()).run();
}

}  // namespace conform

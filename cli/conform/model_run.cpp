#include "cli/conform/model_run.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "core/scenario/case_runner.hpp"
#include "core/scenario/scenario.hpp"

namespace conform {
namespace {

constexpr std::string_view kTask = "fsstress";

/// The operation as scenario files write it: the last of the commands is what it comes to.
std::vector<std::string> commands_of(const KernelOperation& operation) {
  const std::string range = fmt::format("{} {}", operation.offset, operation.length);
  switch (operation.kind) {
    case OperationKind::creat: return {"open -f f0"};
    case OperationKind::write: return {"pwrite " + range};
    case OperationKind::dwrite: return {"pwrite -d " + range};
    case OperationKind::mwrite: return {"mmap " + range, "mwrite " + range};
    case OperationKind::falloc: return {"falloc " + range};
    case OperationKind::fpunch: return {"fpunch " + range};
    case OperationKind::fzero: return {"fzero -k " + range};
    case OperationKind::truncate: return {fmt::format("truncate {}", operation.offset)};
    case OperationKind::fsync: return {"fsync"};
    case OperationKind::sync: return {"sync"};
    case OperationKind::umount: return {"umount"};
  }
  return {};
}

/// The first `operations` of the workload.
scenario::Scenario scenario_of(const KernelWorkload& workload, std::size_t operations) {
  std::string commands;
  for (std::size_t i = 0; i < operations; ++i)
    for (const std::string& command : commands_of(workload.operations[i]))
      commands += fmt::format("{}\"{}\"", commands.empty() ? "" : ", ", command);
  std::string parameters;
  if (workload.target == Target::nodatacow) parameters += ", \"nodatacow\": true";
  if (workload.target == Target::ext4_bigalloc)
    parameters += fmt::format(", \"cluster\": \"{}k\"", 4 * kBigallocBlocks);
  if (workload.qgroup_limit) parameters += fmt::format(", \"limit\": {}", *workload.qgroup_limit);
  return scenario::parse_scenario(
      fmt::format(R"({{ "fsweave": 1, "fs": {{ "type": "{}"{} }}, "tasks": {{ "{}": [{}] }} }})",
                  is_ext4(workload.target) ? "ext4" : "btrfs", parameters, kTask, commands),
      "conform");
}

/// The file's extents once the first `operations` of the workload are done.
std::string extents_after(const KernelWorkload& workload, std::size_t operations) {
  if (operations == 0) return format_extents({});
  const scenario::Scenario scenario = scenario_of(workload, operations);
  const scenario::Case today = scenario::case_of_today();
  scenario::CaseRunner runner(scenario, today);
  runner.follow_schedule();
  std::vector<FileExtent> extents;
  for (const scenario::BlockRun& run : runner.world().block_runs("f0"))
    extents.push_back({run.first, run.count, run.state});
  return format_extents(extents);
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
      if (ended && done_ < workload_.operations.size()) end_command(note);
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

  void end_command(const sim::Note& note) {
    const KernelOperation& operation = workload_.operations[done_];
    if (++commands_done_ != commands_of(operation).size()) return;
    commands_done_ = 0;
    ++done_;
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
    const auto value = [&](std::string_view name) -> std::int64_t {
      for (std::size_t i = 0; i < narrative.counter_names.size(); ++i)
        if (step < narrative.counters.size() && narrative.counter_names[i] == name)
          return narrative.counters[step][i];
      return 0;
    };
    if (is_ext4(workload_.target)) {
      const auto blocks = workload_.target == Target::ext4_bigalloc
                              ? static_cast<std::int64_t>(kBigallocBlocks)
                              : std::int64_t{1};
      return {{"delayed_allocation_blocks", std::to_string(value("dirty") * blocks)},
              {"extents", extents_after(workload_, done_)}};
    }
    Counters counters;
    for (const char* const name : {"rsv_data", "referenced", "may_use", "reserved", "used"})
      counters.emplace_back(name, std::to_string(value(name)));
    return counters;
  }

  const KernelWorkload& workload_;
  const sim::Execution& execution_;
  Recording recording_;
  std::vector<Event> events_;
  std::size_t done_ = 0;           ///< operations
  std::size_t commands_done_ = 0;  ///< of the operation in progress
};

}  // namespace

Recording record_model(const KernelWorkload& workload) {
  const scenario::Scenario scenario = scenario_of(workload, workload.operations.size());
  const scenario::Case today = scenario::case_of_today();
  scenario::CaseRunner runner(scenario, today);
  runner.follow_schedule();
  return Recorder(workload, runner.execution()).run();
}

}  // namespace conform

#include "sim/race_detector.hpp"

#include <string>

#include "sim/assert.hpp"
#include "sim/execution.hpp"

namespace sim {
namespace {

const char* function_of(const Task& task) {
  return task.frames.empty() ? task.name : task.frames[task.frames.size() - 1];
}

bool ordered(const Task& task, TaskId other, std::uint32_t tick) {
  return other == kNoTask || other == task.id || task.clock[other] >= tick;
}

void report_race(Execution& execution, AccessHistory& history, const char* now, const char* earlier,
                 const Task& task, const char* other_function, TaskId other) {
  if (history.reported) return;
  history.reported = true;
  std::string first = function_of(task);
  std::string second = other_function;
  if (second < first) first.swap(second);
  execution.report(FindingKind::data_race, history.name,
                   "BUG: KCSAN: data-race in " + first + " / " + second + ": " + now + " of " +
                       history.name + " by " + execution.task_name(task) + ", " + earlier + " by " +
                       execution.task_name(execution.task(other)) + ", nothing orders them");
}

/// The accessing task, or nullptr where no race is possible: outside tasks, or with the detector
/// off.
Task* accessor(Execution& execution, AccessHistory& history) {
  Task* task = execution.running();
  if (task == nullptr || !execution.options().detect_races) return nullptr;
  FSW_ASSERT(task->state == TaskState::running, "shared state accessed before a task's first step");
  if (history.phase != execution.phase()) {
    history.phase = execution.phase();
    history.writer = history.reader = kNoTask;
    history.write_guarded = history.reads_guarded = true;
    history.readers = nullptr;
  }
  return task;
}

}  // namespace

void plain_read(Execution& execution, AccessHistory& history, bool guarded) {
  Task* task = accessor(execution, history);
  if (task == nullptr) return;
  if (!(guarded && history.write_guarded) && !ordered(*task, history.writer, history.write_tick))
    report_race(execution, history, "read", "write", *task, history.write_function, history.writer);
  const std::uint32_t tick = task->clock[task->id];
  if (history.readers != nullptr) {
    history.readers->set(task->id, tick);
  } else if (!ordered(*task, history.reader, history.read_tick)) {
    history.readers = &execution.make<VectorClock>();
    execution.audit_exempt(history.readers, sizeof(VectorClock));
    history.readers->set(history.reader, history.read_tick);
    history.readers->set(task->id, tick);
  }
  history.reads_guarded = history.reads_guarded && guarded;
  history.reader = task->id;
  history.read_tick = tick;
  history.read_function = function_of(*task);
}

/// Does some read since the last write race with a write of `task` now?
void check_reads(Execution& execution, AccessHistory& history, const Task& task) {
  if (history.readers == nullptr) {
    if (!ordered(task, history.reader, history.read_tick))
      report_race(execution, history, "write", "read", task, history.read_function, history.reader);
    return;
  }
  for (TaskId other = 0; other < kMaxTasks; ++other) {
    if (!ordered(task, other, (*history.readers)[other]))
      report_race(execution, history, "write", "read", task, history.read_function, other);
  }
}

void plain_write(Execution& execution, AccessHistory& history, bool guarded) {
  Task* task = accessor(execution, history);
  if (task == nullptr) return;
  if (!(guarded && history.write_guarded) && !ordered(*task, history.writer, history.write_tick))
    report_race(execution, history, "write", "write", *task, history.write_function,
                history.writer);
  if (!(guarded && history.reads_guarded)) check_reads(execution, history, *task);
  history.writer = task->id;
  history.write_tick = task->clock[task->id];
  history.write_function = function_of(*task);
  history.write_guarded = guarded;
  history.reads_guarded = true;
  history.reader = kNoTask;
  history.readers = nullptr;
}

}  // namespace sim

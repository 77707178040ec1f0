#include "sim/wait_graph.hpp"

#include <algorithm>
#include <vector>

#include "sim/execution.hpp"

namespace sim {
namespace {

TaskMask providers_of(const Task& task) {
  return task.pending_object == nullptr ? 0 : task.pending_object->providers(task, task.pending);
}

/// By birth as a path: the numbers of tasks depend on the order of independent steps.
std::vector<TaskId> in_order(const Execution& execution, TaskMask tasks) {
  std::vector<TaskId> ids;
  for (TaskId id = 0; id < kMaxTasks; ++id)
    if ((tasks & mask_of(id)) != 0) ids.push_back(id);
  std::sort(ids.begin(), ids.end(),
            [&](TaskId a, TaskId b) { return execution.task(a).path < execution.task(b).path; });
  return ids;
}

std::string names_of(const Execution& execution, TaskMask tasks) {
  std::string names;
  for (const TaskId id : in_order(execution, tasks)) {
    if (!names.empty()) names += " and ";
    names += execution.task_name(execution.task(id));
  }
  return names;
}

/// Follows first providers from `start`; returns the tasks of the cycle that this runs into, or
/// nothing.
std::vector<TaskId> cycle_from(const Execution& execution, TaskId start) {
  std::vector<TaskId> way{start};
  TaskMask seen = mask_of(start);
  while (true) {
    const Task& task = execution.task(way.back());
    if (task.state == TaskState::ended) return {};
    const TaskMask providers = providers_of(task);
    if (providers == 0) return {};
    const TaskId next = in_order(execution, providers).front();
    if ((seen & mask_of(next)) != 0) {
      std::size_t begin = 0;
      while (way[begin] != next) ++begin;
      return {way.begin() + static_cast<std::ptrdiff_t>(begin), way.end()};
    }
    seen |= mask_of(next);
    way.push_back(next);
  }
}

}  // namespace

std::string describe_wait(const Execution& execution, const Task& task) {
  std::string text =
      execution.task_name(task) + " waits for " + std::string(traits(task.pending.kind).word) +
      "(" + (task.pending_object == nullptr ? "" : task.pending_object->name(execution.record())) +
      ")";
  const TaskMask providers = providers_of(task);
  text += providers == 0 ? ", which nobody will provide"
                         : ", which " + names_of(execution, providers) + " must provide";
  return text;
}

std::string describe_waits(const Execution& execution) {
  std::string text;
  for (const Task* task : execution.live_tasks()) {
    if (!text.empty()) text += "; ";
    text += describe_wait(execution, *task);
  }
  return text;
}

void explain_deadlock(Execution& execution) {
  std::string name = "no cycle";
  std::string cycle_text;
  bool wakeup_lost = false;
  for (const Task* task : execution.live_tasks()) {
    if (task->pending.kind != OpKind::wait || !task->pending_object->condition_holds(*task))
      continue;
    wakeup_lost = true;
    execution.report(FindingKind::lost_wakeup, task->pending_object->class_name(),
                     describe_wait(execution, *task) +
                         "; what it waits for is already true, nobody will wake it");
  }
  for (const Task* task : execution.live_tasks()) {
    const std::vector<TaskId> cycle = cycle_from(execution, task->id);
    if (cycle.empty()) continue;
    name.clear();
    cycle_text = "; cycle: ";
    for (const TaskId id : cycle) {
      const Task& member = execution.task(id);
      cycle_text += execution.task_name(member) + " -> ";
      if (!name.empty()) name += " / ";
      name += member.pending_object->class_name();
    }
    cycle_text += execution.task_name(execution.task(cycle.front()));
    break;
  }
  if (wakeup_lost && cycle_text.empty()) return;  // said already: the others wait for that task
  execution.report(FindingKind::deadlock, name, describe_waits(execution) + cycle_text);
}

}  // namespace sim

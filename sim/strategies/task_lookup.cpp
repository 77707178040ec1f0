#include "sim/strategies/task_lookup.hpp"

#include <vector>

#include "sim/text.hpp"

namespace sim {
namespace {

struct Candidate {
  TaskId task;
  std::string name;
  bool ended;
};

std::vector<Candidate> explored_tasks(const Execution& execution) {
  const Record& record = execution.record();
  std::vector<Candidate> tasks;
  TaskId next = 0;
  for (std::size_t i = 0; i < record.actors.size(); ++i) {
    if (record.actors[i].phase != Phase::explored) continue;
    const TaskId task = next++;
    tasks.push_back({task, record.actor_name(static_cast<ActorId>(i)),
                     execution.task(task).state == TaskState::ended});
  }
  return tasks;
}

/// "writer>bio-end#2" ends in "bio-end#2".
bool ends_in(std::string_view full, std::string_view part) {
  return full.size() > part.size() && full.ends_with(part) &&
         full[full.size() - part.size() - 1] == '>';
}

std::string existing(const std::vector<Candidate>& tasks) {
  std::string text;
  for (const Candidate& task : tasks)
    text += (text.empty() ? "" : ", ") + ascii(task.name) + (task.ended ? " (ended)" : "");
  return text.empty() ? "there are none" : "there are: " + text;
}

}  // namespace

TaskLookup find_task(const Execution& execution, std::string_view name) {
  const std::vector<Candidate> tasks = explored_tasks(execution);
  std::vector<Candidate> found;
  for (const Candidate& task : tasks)
    if (task.name == name || unique_name(execution.record(), execution.actor_of(task.task)) == name)
      found.push_back(task);
  if (found.empty()) {
    for (const Candidate& task : tasks)
      if (ends_in(task.name, name)) found.push_back(task);
  }
  if (found.empty())
    return {kNoTask, "there is no task " + ascii(name) + " yet; " + existing(tasks)};
  std::vector<Candidate> unfinished;
  for (const Candidate& task : found)
    if (!task.ended) unfinished.push_back(task);
  if (unfinished.empty()) return {found.back().task, {}};
  if (unfinished.size() == 1) return {unfinished.front().task, {}};
  std::string names;
  for (const Candidate& task : unfinished)
    names += (names.empty() ? "" : " or ") + ascii(task.name);
  return {kNoTask, ascii(name) + " can mean " + names + "; the full name tells them apart"};
}

}  // namespace sim

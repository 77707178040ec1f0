#include "sim/strategies/profile.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "sim/strategies/fixed_order.hpp"
#include "sim/strategies/random_walk.hpp"

namespace sim {
namespace {

constexpr std::uint64_t kRandomRuns = 15;
constexpr std::uint64_t kSeed = 0x70726f66696c65;

class FixedOrder final : public Strategy {
 public:
  TaskId next_task(const Execution& execution) override { return fixed_order(execution); }
  std::uint32_t choose(const Execution&, const char*, std::uint32_t) override { return 0; }
};

/// (task, class of object) -> steps; the class is empty where a step has no object.
using Counts = std::map<std::pair<TaskPath, std::string>, std::uint32_t>;

Counts count_steps(const Execution& execution) {
  const Record& record = execution.record();
  Counts counts;
  for (std::uint32_t i = record.explored_begin; i < record.explored_end; ++i) {
    const StepRecord& step = record.steps[i];
    const std::string name =
        step.op.object == kNoObject ? "" : execution.object(step.op.object).class_name();
    ++counts[{record.actors[step.actor].path, name}];
  }
  return counts;
}

/// Is `other` spawned by `task`, directly or not, or `task` itself?
bool comes_from(TaskPath other, TaskPath task) {
  TaskPath levels = 0;
  while ((task & ~levels) != 0) levels = (levels >> 8) | (TaskPath{0xff} << 56);
  return (other & levels) == task;
}

/// Classes that order tasks: more than one acts on them.
std::vector<std::string> shared_classes(const Counts& counts) {
  std::map<std::string, unsigned> users;
  for (const auto& [key, steps] : counts)
    if (!key.second.empty()) ++users[key.second];
  std::vector<std::string> shared;
  for (const auto& [name, tasks] : users)
    if (tasks > 1) shared.push_back(name);
  return shared;
}

Profile::Share share_of(TaskPath path, const Counts& counts,
                        const std::vector<std::string>& classes) {
  Profile::Share share{path, 0, std::vector<std::uint32_t>(classes.size(), 0)};
  for (const auto& [key, steps] : counts) {
    if (!comes_from(key.first, path)) continue;
    share.steps += steps;
    const auto known = std::find(classes.begin(), classes.end(), key.second);
    if (known != classes.end())
      share.of_class[static_cast<std::size_t>(known - classes.begin())] += steps;
  }
  return share;
}

}  // namespace

const Profile::Share* Profile::find(TaskPath path) const {
  const auto at =
      std::lower_bound(tasks.begin(), tasks.end(), path,
                       [](const Share& share, TaskPath wanted) { return share.path < wanted; });
  return at == tasks.end() || at->path != path ? nullptr : &*at;
}

std::uint32_t Profile::steps_of(TaskPath path) const {
  const Share* share = find(path);
  return share == nullptr ? 0 : share->steps;
}

std::uint32_t Profile::steps_of(TaskPath path, std::size_t which_class) const {
  const Share* share = find(path);
  return share == nullptr ? 0 : share->of_class[which_class];
}

Profile profile(Execution& execution, Model& model) {
  Profile profile;
  Counts most;
  std::set<TaskPath> paths;
  const auto take = [&] {
    const Record& record = execution.record();
    profile.steps = std::max(profile.steps, record.explored_end - record.explored_begin);
    for (const Actor& actor : record.actors)
      if (actor.phase == Phase::explored) paths.insert(actor.path);
    for (const auto& [key, steps] : count_steps(execution)) most[key] = std::max(most[key], steps);
  };
  FixedOrder fixed;
  execution.run(model, fixed);
  take();
  RandomWalk walk({kSeed, 0, kRandomRuns});
  do {
    execution.run(model, walk);
    take();
  } while (walk.advance());
  profile.classes = shared_classes(most);
  for (const TaskPath path : paths) profile.tasks.push_back(share_of(path, most, profile.classes));
  return profile;
}

}  // namespace sim

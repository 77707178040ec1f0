#include "sim/explore/source_dpor.hpp"

#include "sim/assert.hpp"
#include "sim/execution.hpp"
#include "sim/explore/mutation.hpp"

namespace sim {

/// A held window allows some executions of a trace and not others, and steps of the teardown are
/// not looked at for races: then this search may miss traces, and says so.
void SourceDpor::begin(const Execution& execution) {
  sound_ = execution.options().held.empty() && !execution.options().explore_teardown;
  depth_ = 0;
  blocked_ = false;
}

TaskMask SourceDpor::tasks_of(const std::vector<Asleep>& asleep) {
  TaskMask tasks = 0;
  for (const Asleep& sleeper : asleep)
    if (!sleeper.partial) tasks |= mask_of(sleeper.task);
  return tasks;
}

std::vector<Operation> SourceDpor::accesses_of(const Record& record, std::uint32_t step) {
  std::vector<Operation> accesses{as_explored(record.steps[step].op)};
  for (std::uint32_t i = record.steps[step].footprint_begin; i < record.footprint_end(step); ++i) {
    Operation touched = operation(OpKind::update, record.footprint[i].object);
    touched.access = record.footprint[i].access;
    accesses.push_back(touched);
  }
  return accesses;
}

std::vector<std::uint32_t> SourceDpor::choices_of(const Record& record, std::uint32_t step) {
  std::vector<std::uint32_t> values;
  for (std::uint32_t i = record.steps[step].choice_begin; i < record.choice_end(step); ++i)
    values.push_back(record.choices[i].value);
  return values;
}

/// Who stays asleep below the step that `node` leads to: those whose own step is independent of it.
std::vector<SourceDpor::Asleep> SourceDpor::still_asleep(const Execution& execution,
                                                         const Node& node) const {
  const Record& record = execution.record();
  const auto made = accesses_of(record, record.explored_begin + node.step);
  std::vector<Asleep> kept;
  TaskMask awake = mask_of(node.task);
  for (const Asleep& sleeper : node.asleep) {
    bool wakes = sleeper.task == node.task;
    for (const Operation& a : sleeper.accesses)
      for (const Operation& b : made)
        wakes = wakes || (dependent(a, b) && !planted(Mutation::sleepers_never_wake));
    if (wakes) {
      awake |= mask_of(sleeper.task);
    } else {
      kept.push_back(sleeper);
    }
  }
  for (Asleep& sleeper : kept) sleeper.partial |= (awake & mask_of(sleeper.task)) != 0;
  return kept;
}

/// Did the step that `node` leads to fall the way that a sleeper's did?
bool SourceDpor::repeats_sleeper(const Record& record, const Node& node) const {
  for (const Asleep& sleeper : node.asleep) {
    if (sleeper.task == node.task && sleeper.partial &&
        sleeper.choices == choices_of(record, record.explored_begin + node.step))
      return true;
  }
  return false;
}

/// Going on with the same task costs no preemption; otherwise the first by birth.
TaskId SourceDpor::first_choice(const Execution& execution, TaskMask awake) {
  const TaskId last = execution.last_task();
  if (last != kNoTask && (awake & mask_of(last)) != 0) return last;
  for (const Task* task : execution.live_tasks())
    if ((awake & mask_of(task->id)) != 0) return task->id;
  return kNoTask;
}

TaskId SourceDpor::next_task(const Execution& execution) {
  if (depth_ < path_.size()) {
    FSW_ASSERT(path_[depth_].enabled == execution.enabled(), "the model does not repeat");
    return path_[depth_++].task;
  }
  Node node;
  node.enabled = execution.enabled();
  node.step = execution.step() - execution.record().explored_begin;
  if (node.step > 0) {
    const Node& made = node_of_step(node.step - 1);
    if (repeats_sleeper(execution.record(), made)) {
      blocked_ = true;
      return kNoTask;
    }
    node.asleep = still_asleep(execution, made);
  }
  node.task = first_choice(execution, node.enabled & ~tasks_of(node.asleep));
  if (node.task == kNoTask) {
    blocked_ = true;
    return kNoTask;
  }
  node.backtrack = mask_of(node.task);
  node_of_step_.resize(node.step);
  node_of_step_.push_back(static_cast<std::uint32_t>(path_.size()));
  path_.push_back(std::move(node));
  return path_[depth_++].task;
}

std::uint32_t SourceDpor::choose(const Execution& execution, const char*, std::uint32_t options) {
  if (depth_ < path_.size()) return path_[depth_++].value;
  Node node;
  node.options = options;
  const std::uint32_t steps = execution.step() - execution.record().explored_begin;
  node.step = steps == 0 ? kBeforeSteps : steps - 1;
  path_.push_back(std::move(node));
  return path_[depth_++].value;
}

/// Tasks that can make the first step of `race`'s reversal: the steps after the earlier one that do
/// not happen after it, then the later one.
TaskMask SourceDpor::initials(const Record& record, const Race& race) const {
  TaskMask initials = 0;
  TaskMask seen = 0;
  std::vector<std::uint32_t> free;  // steps of notdep(earlier)
  for (std::uint32_t k = race.earlier + 1; k < race.later; ++k) {
    if (order_.before(race.earlier, k)) continue;
    const TaskId task = record.steps[record.explored_begin + k].task;
    bool first = (seen & mask_of(task)) == 0;
    for (const std::uint32_t f : free) first = first && !order_.before(f, k);
    if (first) initials |= mask_of(task);
    seen |= mask_of(task);
    free.push_back(k);
  }
  bool first = (seen & mask_of(race.task)) == 0;
  for (const std::uint32_t f : free)
    first = first &&
            !(race.pending ? order_.before_pending(f, race.task) : order_.before(f, race.later));
  if (first) initials |= mask_of(race.task);
  return initials;
}

void SourceDpor::reverse(const Execution& execution, const Race& race) {
  Node& node = node_of_step(race.earlier);
  TaskMask candidates = initials(execution.record(), race);
  if ((candidates & (node.backtrack | tasks_of(node.asleep))) != 0) return;
  candidates &= node.enabled;
  // A first step that was not enabled there cannot come first; then any task may be the one that
  // makes it possible.
  if (candidates == 0) {
    node.backtrack |= node.enabled;
    return;
  }
  TaskId chosen = race.task;
  if ((candidates & mask_of(chosen)) == 0) {
    chosen = 0;
    while ((candidates & mask_of(chosen)) == 0) ++chosen;
  }
  node.backtrack |= mask_of(chosen);
}

void SourceDpor::end(const Execution& execution) {
  FSW_ASSERT(depth_ == path_.size(), "the model does not repeat: an execution took another way");
  if (!node_of_step_.empty() && !blocked_)
    blocked_ = repeats_sleeper(execution.record(), path_[node_of_step_.back()]);
  order_.read(execution, unchanged_);
  for (const Race& race : order_.races()) reverse(execution, race);
  record_ = &execution.record();
}

/// The step that `node` leads to was explored as it stands in the record: its task sleeps until
/// something dependent.
void SourceDpor::put_to_sleep(std::uint32_t step) {
  Node& node = node_of_step(step);
  const std::uint32_t index = record_->explored_begin + step;
  node.asleep.push_back(
      {node.task, false, choices_of(*record_, index), accesses_of(*record_, index)});
}

bool SourceDpor::advance() {
  while (!path_.empty()) {
    Node& node = path_.back();
    const bool before_steps = node.step == kBeforeSteps;
    unchanged_ = before_steps ? 0 : node.step;
    node_of_step_.resize(before_steps ? 0 : node.step + 1);
    if (!before_steps) put_to_sleep(node.step);
    if (node.task == kNoTask) {
      if (++node.value < node.options) return true;
    } else {
      const TaskMask left = node.backtrack & ~tasks_of(node.asleep);
      if (left != 0) {
        node.task = 0;
        while ((left & mask_of(node.task)) == 0) ++node.task;
        return true;
      }
    }
    path_.pop_back();
  }
  return false;
}

}  // namespace sim

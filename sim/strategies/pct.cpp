#include "sim/strategies/pct.hpp"

#include "sim/explore/mutation.hpp"

namespace sim {
namespace {

/// Above every priority that a change point gives. Initial priorities are random numbers instead of
/// a permutation drawn in advance: a task born later gets a random place among the others.
constexpr std::uint64_t kInitial = std::uint64_t{1} << 63;

}  // namespace

void Pct::begin(const Execution& execution) {
  Sampling::begin(execution);
  changes_ = depths_.least - 1 + random().below(depths_.most - depths_.least + 1);
  for (std::uint32_t i = 0; i < changes_; ++i) change_at_[i] = 1 + random().below(steps_);
  lowest_ = kMaxDepth;
}

TaskId Pct::next_task(const Execution& execution) {
  meet_new_tasks(execution, [this](const Task& task) {
    priority_[task.id] = kInitial | (random().next() >> 1);
  });
  demote(execution);
  return highest(execution);
}

void Pct::demote(const Execution& execution) {
  const bool before = planted(Mutation::pct_demotes_before_the_step);
  const std::uint32_t now = made(execution) + (before ? 1 : 0);
  const TaskId task = before ? highest(execution) : execution.last_task();
  if (task == kNoTask) return;
  for (std::uint32_t i = 0; i < changes_; ++i) {
    if (change_at_[i] != now) continue;
    const bool below_all = before || planted(Mutation::pct_demotes_below_all);
    priority_[task] = below_all ? --lowest_ : i + 1;
  }
}

TaskId Pct::highest(const Execution& execution) const {
  TaskId best = kNoTask;
  for (const Task* task : execution.live_tasks()) {
    if ((execution.enabled() & mask_of(task->id)) == 0) continue;
    if (best == kNoTask || priority_[task->id] > priority_[best]) best = task->id;
  }
  return best;
}

}  // namespace sim

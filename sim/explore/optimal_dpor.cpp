#include "sim/explore/optimal_dpor.hpp"

#include <utility>

#include "sim/execution.hpp"
#include "sim/explore/mutation.hpp"
#include "sim/strategies/fixed_order.hpp"

namespace sim {

/// Lets the task make the first event of the branch; what is below goes to the next point.
void OptimalDpor::follow(std::uint32_t step, TaskId task, WakeupTrees::Branch branch) {
  const Event event = trees_.event_of(branch);
  run_next(step, task);
  point(step).free = event.foreseen;
  point(step).prescribed.assign(event.choices.begin(), event.choices.end());
  handed_ = trees_.take_children(branch);
  trees_.release(branch);
}

void OptimalDpor::enter(const Execution& execution, std::uint32_t step) {
  const Point& at = point(step);
  pending_.resize(step, WakeupTrees::kNone);
  pending_.push_back(std::exchange(handed_, WakeupTrees::kNone));
  if (can_vary(step)) {
    vary(step);
  } else {
    run_next(step, fixed_order(execution, at.enabled & ~sleep_sets().tasks(at.asleep)));
  }
}

/// Also the races among unchanged steps, if there is something new that may come before the later
/// step: what that step touches may depend on the earlier one, and so what it has to come after.
void OptimalDpor::reverse_races(const Execution& execution) {
  trees_.release(std::exchange(handed_, WakeupTrees::kNone));
  for (const Race& race : order().races()) reverse(execution, race);
  if (!sleep_sets().any_strange() || planted(Mutation::strangers_alone)) return;
  for (std::uint32_t step = first_point(); step < points(); ++step)
    reverse_strangers(execution, step);
}

/// Others explored the step with other choices, and handed on no reversal that they found: what
/// those other ways race with may have to come first, though it is independent of the way taken
/// here.
void OptimalDpor::reverse_strangers(const Execution& execution, std::uint32_t step) {
  const TaskPath path = events()[step].task;
  for (const SleepSets::Sleeper& sleeper : point(step).asleep) {
    if (sleeper.awake || !sleep_sets().strange(sleeper.event)) continue;
    const Event other_way = sleep_sets().event_of(sleeper.event);
    if (other_way.task != path) continue;
    for (std::uint32_t later = step + 1; later < points(); ++later) {
      if (events()[later].task == path || order().before(step, later)) continue;
      if (dependent(other_way.touches, events()[later].touches))
        reverse(execution, {step, later, point(later).task, false});
    }
    for (const Task* task : execution.live_tasks()) {
      const Touch announced = events().announced(execution, task->id);
      if (task->path != path && !order().before_pending(step, task->id) &&
          dependent(other_way.touches, {&announced, 1}))
        reverse(execution, {step, points(), task->id, true});
    }
  }
}

/// Runs the later step without the earlier one, after everything that does not need that (nor what
/// else it cannot be made with).
void OptimalDpor::reverse(const Execution& execution, const Race& race) {
  if (race.earlier < first_point()) return;
  bool is_new = race.pending || race.later >= order().unchanged();
  for (std::uint32_t step = order().unchanged(); !is_new && step < points(); ++step)
    is_new = !order().before(race.earlier, step);
  if (!is_new || !order().leave_out(execution, race, left_out_)) return;
  reversal_.clear();
  for (std::uint32_t step = race.earlier + 1; step < points(); ++step) {
    const bool needs_later = !race.pending && order().before(race.later, step);
    if (!needs_later && !order().after_any(left_out_, step)) reversal_.push_back(events()[step]);
  }
  Touch announced;
  Event later;
  if (race.pending) {
    announced = events().announced(execution, race.task);
    later = {execution.task(race.task).path, {&announced, 1}, {}, true};
  } else {
    later = events()[race.later];
  }
  foresee(events()[race.earlier], later, foreseen_);
  reversal_.push_back({later.task, foreseen_, {}, true});
  if (sleep_sets().cover(point(race.earlier).asleep, reversal_)) return;
  trees_.insert(pending_[race.earlier], reversal_);
}

bool OptimalDpor::advance() {
  if (!Dpor::advance()) return false;
  if (most_bytes_ == kUnlimited || bytes() <= most_bytes_) return true;
  gave_up_ = reached_limit(most_bytes_);
  return false;
}

bool OptimalDpor::can_vary(std::uint32_t step) { return pending_[step] != WakeupTrees::kNone; }

bool OptimalDpor::vary(std::uint32_t step) {
  WakeupTrees::Branch& tree = pending_[step];
  while (tree != WakeupTrees::kNone) {
    const WakeupTrees::Branch branch = tree;
    trees_.drop_covered(tree, sleep_sets(), point(step).asleep);
    if (tree != branch) continue;
    trees_.take(tree);
    const Event first = trees_.event_of(branch);
    const TaskId task = runnable(step, first.task);
    if (task != kNoTask && !sleep_sets().sleeps(point(step).asleep, first)) {
      follow(step, task, branch);
      return true;
    }
    trees_.release(branch);
  }
  return false;
}

}  // namespace sim

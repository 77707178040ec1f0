#include "sim/explore/source_dpor.hpp"

#include "sim/execution.hpp"
#include "sim/strategies/fixed_order.hpp"

namespace sim {
void SourceDpor::enter(const Execution& execution, std::uint32_t step) {
  const Point& at = point(step);
  run_next(step, fixed_order(execution, at.enabled & ~sleep_sets().tasks(at.asleep)));
  backtrack_.resize(step);
  backtrack_.push_back(at.task == kNoTask ? 0 : mask_of(at.task));
}

/// Tasks that can make the first step of `race`'s reversal: the steps after the earlier one that do
/// not happen after it, then the later one. What that will touch is not known before it is made, so
/// it comes first only where it is alone.
TaskMask SourceDpor::initials(const Execution& execution, const Race& race) const {
  const Record& record = execution.record();
  TaskMask initials = 0;
  TaskMask seen = 0;
  std::vector<std::uint32_t> free;  // steps of notdep(earlier)
  for (std::uint32_t k = race.earlier + 1; k < points(); ++k) {
    if (order().before(race.earlier, k)) continue;
    const TaskId task = record.steps[record.explored_begin + k].task;
    bool first = (seen & mask_of(task)) == 0;
    for (const std::uint32_t f : free) first = first && !order().before(f, k);
    if (first) initials |= mask_of(task);
    seen |= mask_of(task);
    free.push_back(k);
  }
  return free.empty() ? mask_of(race.task) : initials;
}

void SourceDpor::reverse(const Execution& execution, const Race& race) {
  const Point& at = point(race.earlier);
  TaskMask& backtrack = backtrack_[race.earlier];
  TaskMask candidates = initials(execution, race);
  if ((candidates & (backtrack | sleep_sets().tasks(at.asleep))) != 0) return;
  candidates &= at.enabled;
  // A first step that was not enabled there cannot come first; then any task may be the one that
  // makes it possible.
  if (candidates == 0) {
    backtrack |= at.enabled;
    return;
  }
  backtrack |= mask_of(lowest_of(candidates));
}

void SourceDpor::reverse_races(const Execution& execution) {
  for (const Race& race : order().races()) reverse(execution, race);
}

bool SourceDpor::can_vary(std::uint32_t step) {
  return (backtrack_[step] & ~sleep_sets().tasks(point(step).asleep)) != 0;
}

bool SourceDpor::vary(std::uint32_t step) {
  const TaskMask left = backtrack_[step] & ~sleep_sets().tasks(point(step).asleep);
  if (left == 0) return false;
  run_next(step, lowest_of(left));
  return true;
}

}  // namespace sim

#include <algorithm>

#include "sim/explore/dpor.hpp"

namespace sim {

/// Sleepers of the unit are added to the pool behind the point's mark: nothing below it drops them.
void Dpor::put_unit_to_sleep(Point& first) {
  for (const SearchUnit::Sleeper& sleeper : unit_.asleep) {
    std::vector<Touch> touches;
    for (const SearchUnit::SharedTouch& shared : sleeper.touches) {
      touches.push_back(shared.touch);
      if (shared.born_in_run)
        touches.back().op.object = events_.born(shared.creator, shared.number);
    }
    sleep_sets_.add(first.asleep, {sleeper.path, touches, sleeper.choices, false}, sleeper.task);
    first.asleep.back().awake = sleeper.awake;
  }
  sleep_sets_.others_explored(unit_.asleep.size());
}

SearchUnit::Sleeper Dpor::shared(const SleepSets::Sleeper& sleeper) const {
  const Event event = sleep_sets_.event_of(sleeper.event);
  SearchUnit::Sleeper shared{sleep_sets_.task_of(sleeper.event), event.task, sleeper.awake, {}, {}};
  for (const Touch& touch : event.touches) {
    SearchUnit::SharedTouch& named = shared.touches.emplace_back();
    named.touch = touch;
    const auto birth = events_.birth_of(touch.op.object);
    if (!birth) continue;
    named.touch.op.object = kNoObject;
    named.born_in_run = true;
    named.creator = birth->first;
    named.number = birth->second;
  }
  shared.choices.assign(event.choices.begin(), event.choices.end());
  return shared;
}

/// What begins with the path up to the point and does not begin there as the path goes on.
SearchUnit Dpor::unit_from(std::uint32_t step) {
  SearchUnit unit;
  unit.prefix.resize(step);
  for (std::uint32_t i = 0; i < step; ++i) unit.prefix[i].task = points_[i].task;
  for (const Choice& choice : choices_) {
    const Chosen chosen{choice.value, choice.options};
    if (choice.step == kBeforeSteps) {
      unit.at_start.push_back(chosen);
    } else if (choice.step < step) {
      unit.prefix[choice.step].choices.push_back(chosen);
    }
  }
  if (step == points_in_use_) return unit;
  for (const SleepSets::Sleeper& sleeper : points_[step].asleep)
    unit.asleep.push_back(shared(sleeper));
  return unit;
}

std::vector<SearchUnit> Dpor::rest() {
  std::vector<SearchUnit> units;
  if (points_in_use_ == 0) units.push_back(unit_from(0));
  for (std::size_t i = 0; i < choices_.size() && choices_[i].step == kBeforeSteps; ++i) {
    if (choices_[i].prescribed) continue;
    SearchUnit other;
    for (std::size_t k = 0; k <= i; ++k)
      other.at_start.push_back({choices_[k].value, choices_[k].options});
    while (++other.at_start.back().value < choices_[i].options) units.push_back(other);
  }
  for (std::uint32_t step = first_point(); step < points_in_use_; ++step) {
    // What the latest point makes next is not known yet, and so it does not sleep there.
    if (step + 1 < points_in_use_) put_to_sleep(step);
    const Point& at = points_[step];
    if ((at.enabled & ~sleep_sets_.tasks(at.asleep)) != 0) units.push_back(unit_from(step));
  }
  return units;
}

}  // namespace sim

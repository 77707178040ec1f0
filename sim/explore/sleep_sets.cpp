#include "sim/explore/sleep_sets.hpp"

#include <algorithm>

namespace sim {
namespace {

bool begins_with(std::span<const Chosen> choices, std::span<const Chosen> made) {
  return choices.size() >= made.size() && std::equal(made.begin(), made.end(), choices.begin());
}

}  // namespace

Event SleepSets::event_of(std::uint32_t number) const {
  const Kept& kept = kept_[number];
  const std::uint32_t touches = number == 0 ? 0 : kept_[number - 1].touches_end;
  const std::uint32_t choices = number == 0 ? 0 : kept_[number - 1].choices_end;
  return {kept.path,
          {touches_.data() + touches, kept.touches_end - touches},
          {choices_.data() + choices, kept.choices_end - choices},
          false};
}

void SleepSets::add(Set& set, const Event& event, TaskId task) {
  set.push_back({static_cast<std::uint32_t>(kept_.size()), false});
  touches_.insert(touches_.end(), event.touches.begin(), event.touches.end());
  choices_.insert(choices_.end(), event.choices.begin(), event.choices.end());
  kept_.push_back({event.task, task, static_cast<std::uint32_t>(touches_.size()),
                   static_cast<std::uint32_t>(choices_.size())});
}

void SleepSets::shrink(std::size_t size) {
  if (size == kept_.size()) return;
  kept_.resize(size);
  touches_.resize(size == 0 ? 0 : kept_.back().touches_end);
  choices_.resize(size == 0 ? 0 : kept_.back().choices_end);
}

void SleepSets::pass(const Set& set, const Event& made, Set& below) const {
  below.clear();
  bool some_awake = false;
  for (const Sleeper& sleeper : set) {
    const Event event = event_of(sleeper.event);
    if (event.task == made.task) continue;
    const bool wakes =
        dependent(event.touches, made.touches) && !planted(Mutation::sleepers_never_wake);
    if (wakes && event.choices.empty()) continue;
    below.push_back({sleeper.event, sleeper.awake || wakes});
    some_awake = some_awake || below.back().awake;
  }
  if (!some_awake) return;
  std::erase_if(below, [&](const Sleeper& sleeper) {
    return sleeper.awake && std::none_of(below.begin(), below.end(), [&](const Sleeper& other) {
             return !other.awake && kept_[other.event].path == kept_[sleeper.event].path;
           });
  });
}

/// Do the sleepers of the task, those that begin with the choices `made`, leave nothing out?
bool SleepSets::whole_task(const Set& set, TaskPath path, std::span<const Chosen> made) const {
  std::uint32_t options = 0;
  for (const Sleeper& sleeper : set) {
    const Event event = event_of(sleeper.event);
    if (sleeper.awake || event.task != path || !begins_with(event.choices, made)) continue;
    if (event.choices.size() == made.size()) return true;
    options = event.choices[made.size()].options;
  }
  if (options == 0) return false;
  std::vector<Chosen> more(made.begin(), made.end());
  more.push_back({0, options});
  for (; more.back().value < options; ++more.back().value)
    if (!whole_task(set, path, more)) return false;
  return true;
}

TaskMask SleepSets::tasks(const Set& set) const {
  TaskMask asleep = 0;
  for (const Sleeper& sleeper : set) {
    const Kept& kept = kept_[sleeper.event];
    if (sleeper.awake || (asleep & mask_of(kept.task)) != 0) continue;
    if (event_of(sleeper.event).choices.empty() || whole_task(set, kept.path, {}))
      asleep |= mask_of(kept.task);
  }
  return asleep;
}

bool SleepSets::sleeps(const Set& set, const Event& event) const {
  if (event.foreseen) return whole_task(set, event.task, {});
  for (const Sleeper& sleeper : set) {
    const Event known = event_of(sleeper.event);
    if (!sleeper.awake && known.task == event.task && same_step(known, event)) return true;
  }
  return false;
}

bool SleepSets::cover(const Set& set, std::span<const Event> events) const {
  if (planted(Mutation::sleepers_unasked)) return false;
  bool some_choose = false;
  for (const Sleeper& sleeper : set) {
    const Event event = event_of(sleeper.event);
    if (sleeper.awake) continue;
    some_choose = some_choose || !event.choices.empty();
    if ((planted(Mutation::initials_only) || strange(sleeper.event)) &&
        std::none_of(events.begin(), events.end(),
                     [&](const Event& other) { return other.task == event.task; }))
      continue;
    if (weak_initial(event, events)) return true;
  }
  return some_choose && cover_by_choices(set, events);
}

/// Is there a task that sleeps whatever it chooses, each time independently of `events`?
bool SleepSets::cover_by_choices(const Set& set, std::span<const Event> events) const {
  Set still;
  for (const Sleeper& sleeper : set) {
    const Event event = event_of(sleeper.event);
    const bool meets = std::any_of(events.begin(), events.end(), [&](const Event& other) {
      return other.task == event.task || dependent(event.touches, other.touches);
    });
    if (!sleeper.awake && !meets && !strange(sleeper.event)) still.push_back(sleeper);
  }
  return std::any_of(still.begin(), still.end(), [&](const Sleeper& sleeper) {
    return whole_task(still, kept_[sleeper.event].path, {});
  });
}

}  // namespace sim

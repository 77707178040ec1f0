#include "sim/explore/dpor.hpp"

#include "sim/assert.hpp"
#include "sim/execution.hpp"
#include "sim/strategies/fixed_order.hpp"

namespace sim {

/// A held window allows some executions of a trace and not others, and steps of the teardown are
/// not looked at for races: then such a search may miss traces, and says so.
void Dpor::begin(const Execution& execution) {
  sound_ = execution.options().held.empty() && !execution.options().explore_teardown;
  steps_ = 0;
  choices_made_ = 0;
  blocked_ = false;
  events_.begin(execution, unchanged_);
}

void Dpor::resume(const Execution& execution) {
  steps_ = execution.step() - execution.record().explored_begin;
  choices_made_ = 0;
  while (choices_made_ < choices_.size() && made_before(choices_[choices_made_], steps_))
    ++choices_made_;
  blocked_ = false;
  events_.cut(unchanged_);
}

Dpor::Dpor(const SearchUnit& unit) : unit_(unit) {
  const auto prescribe = [this](std::uint32_t step, const std::vector<Chosen>& choices) {
    for (const Chosen& chosen : choices)
      choices_.push_back({step, chosen.value, chosen.options, true});
  };
  prescribe(kBeforeSteps, unit.at_start);
  for (std::uint32_t step = 0; step < unit.prefix.size(); ++step) {
    add_point().task = unit.prefix[step].task;
    prescribe(step, unit.prefix[step].choices);
  }
}

Dpor::Point& Dpor::add_point() {
  if (points_in_use_ == points_.size()) points_.emplace_back();
  Point& added = points_[points_in_use_++];
  added.task = kNoTask;
  added.enabled = 0;
  added.free = true;
  added.asleep.clear();
  added.sleepers = sleep_sets_.size();
  return added;
}

void Dpor::drop_point() { sleep_sets_.shrink(points_[--points_in_use_].sleepers); }

/// Task numbers are the same in all executions that share the steps before the point.
TaskId Dpor::runnable(std::uint32_t step, TaskPath path) const {
  for (TaskMask left = points_[step].enabled; left != 0; left &= left - 1) {
    const TaskId task = lowest_of(left);
    if (paths_[task] == path) return task;
  }
  return kNoTask;
}

TaskId Dpor::next_task(const Execution& execution) {
  if (execution.phase() != Phase::explored) return fixed_order(execution, execution.enabled());
  const std::uint32_t step = execution.step() - execution.record().explored_begin;
  if (step < points_in_use_) {
    Point& at = points_[step];
    if (at.enabled == 0) at.enabled = execution.enabled();
    FSW_ASSERT((at.enabled & mask_of(at.task)) != 0, "a unit of another model");
    FSW_ASSERT(at.enabled == execution.enabled(), "the model does not repeat");
    ++steps_;
    return at.task;
  }
  if (blocked_) return kNoTask;
  events_.read(execution, step);
  read_paths(execution);
  Point& added = add_point();
  added.enabled = execution.enabled();
  if (step == first_point()) {
    put_unit_to_sleep(added);
  } else {
    sleep_sets_.pass(points_[step - 1].asleep, events_[step - 1], added.asleep);
  }
  enter(execution, step);
  if (added.task == kNoTask) {
    drop_point();
    blocked_ = true;
    return kNoTask;
  }
  ++steps_;
  return added.task;
}

void Dpor::read_paths(const Execution& execution) {
  for (TaskMask left = execution.enabled(); left != 0; left &= left - 1) {
    const TaskId task = lowest_of(left);
    if (task >= paths_.size()) paths_.resize(task + 1U);
    paths_[task] = execution.task(task).path;
  }
}

std::uint32_t Dpor::choose(const Execution& execution, const char*, std::uint32_t options) {
  if (choices_made_ < choices_.size()) return choices_[choices_made_++].value;
  const std::uint32_t steps = execution.step() - execution.record().explored_begin;
  Choice choice{steps == 0 ? kBeforeSteps : steps - 1, 0, options, false};
  const std::span<const Chosen> made = made_in(choice.step);
  if (choice.step != kBeforeSteps && !points_[choice.step].free) {
    const std::vector<Chosen>& prescribed = points_[choice.step].prescribed;
    choice.prescribed = made.size() < prescribed.size();
    if (choice.prescribed) choice.value = prescribed[made.size()].value;
  }
  if (!choice.prescribed) choice.value = first_awake(choice.step, made, 0, options);
  if (!choice.prescribed && choice.value < options && settles(choice.step)) {
    std::vector<std::uint32_t> awake;
    for (std::uint32_t value = choice.value; value < options;
         value = first_awake(choice.step, made, value + 1, options))
      awake.push_back(value);
    choice.value = settle(awake);
    choice.prescribed = true;
  }
  if (choice.value >= options) {
    blocked_ = true;
    choice.value = 0;
  }
  choices_.push_back(choice);
  ++choices_made_;
  return choice.value;
}

/// The choices on the path that are made in `step`; valid until the next call.
std::span<const Chosen> Dpor::made_in(std::uint32_t step) {
  made_.clear();
  std::size_t first = choices_.size();
  while (first > 0 && choices_[first - 1].step == step) --first;
  for (; first < choices_.size(); ++first)
    made_.push_back({choices_[first].value, choices_[first].options});
  return made_;
}

/// The first value from `value` on that was not all explored in the step; `options`: none.
std::uint32_t Dpor::first_awake(std::uint32_t step, std::span<const Chosen> made,
                                std::uint32_t value, std::uint32_t options) const {
  if (step == kBeforeSteps) return value;
  const SleepSets::Set& asleep = points_[step].asleep;
  std::vector<Chosen> wanted(made.begin(), made.end());
  wanted.push_back({value, options});
  Chosen& next = wanted.back();
  while (next.value < options && !sleep_sets_.allow(asleep, points_[step].path, wanted))
    ++next.value;
  return next.value;
}

void Dpor::end(const Execution& execution) {
  FSW_ASSERT(steps_ == points_in_use_ && choices_made_ == choices_.size(),
             "the model does not repeat: an execution took another way");
  events_.read(execution, points_in_use_);
  order_.read(execution, unchanged_);
  reverse_races(execution);
}

/// The point's present step was explored as it stands in the latest execution.
void Dpor::put_to_sleep(std::uint32_t step) {
  Point& explored = points_[step];
  sleep_sets_.add(explored.asleep, events_[step], explored.task);
}

/// Another way for the latest choice in `step` that has one left.
bool Dpor::vary_choice(std::uint32_t step) {
  while (!choices_.empty() && choices_.back().step == step) {
    Choice choice = choices_.back();
    choices_.pop_back();
    if (choice.prescribed) continue;
    choice.value = first_awake(step, made_in(step), choice.value + 1, choice.options);
    if (choice.value >= choice.options) continue;
    if (step != kBeforeSteps) put_to_sleep(step);
    choices_.push_back(choice);
    return true;
  }
  return false;
}

std::size_t Dpor::bytes() const {
  std::size_t sum = sleep_sets_.bytes() + choices_.capacity() * sizeof(Choice) +
                    points_.capacity() * sizeof(Point);
  for (const Point& point : points_)
    sum += point.asleep.capacity() * sizeof(SleepSets::Sleeper) +
           point.prescribed.capacity() * sizeof(Chosen);
  return sum;
}

bool Dpor::advance() {
  while (points_in_use_ > first_point()) {
    const std::uint32_t step = points_in_use_ - 1;
    unchanged_ = step;
    if (vary_choice(step)) return true;
    if (can_vary(step)) {
      put_to_sleep(step);
      if (vary(step)) return true;
    }
    drop_point();
  }
  unchanged_ = 0;
  return vary_choice(kBeforeSteps);
}

}  // namespace sim

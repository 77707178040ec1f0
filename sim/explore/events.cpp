#include "sim/explore/events.hpp"

#include <algorithm>

#include "sim/assert.hpp"
#include "sim/execution.hpp"
#include "sim/explore/mutation.hpp"

namespace sim {
namespace {

/// What is certain of `touch` if `changed`, which came before it, had not happened.
Touch certain(Touch touch, const Operation& changed, bool is_operation) {
  if (resumes(touch.op.kind)) return touch;
  if (!is_operation) {
    touch.only_on_writes = changed.access == Access::write;
    return touch;
  }
  switch (touch.op.kind) {
    case OpKind::update: touch.op.access = Access::read; break;
    case OpKind::try_lock:
      touch.op.access = Access::read;
      touch.only_on_writes = changed.access == Access::write;
      break;
    case OpKind::down_read:
      if (changed.access == Access::write) touch.op.access = Access::add;
      break;
    default: break;
  }
  return touch;
}

}  // namespace

bool same_step(const Event& explored, const Event& wanted) {
  if (explored.foreseen) return true;
  if (wanted.foreseen) return explored.choices.empty();
  return std::equal(explored.choices.begin(), explored.choices.end(), wanted.choices.begin(),
                    wanted.choices.end());
}

bool weak_initial(const Event& first, std::span<const Event> events) {
  for (const Event& event : events) {
    if (event.task == first.task) return same_step(first, event);
    if (dependent(first.touches, event.touches)) return false;
  }
  return first.foreseen || first.choices.empty();
}

void Events::begin(const Execution& execution, std::uint32_t unchanged) {
  built_ = execution.objects_built();
  cut(unchanged);
}

void Events::cut(std::uint32_t steps) {
  tasks_.resize(steps);
  touches_end_.resize(steps);
  choices_end_.resize(steps);
  touches_.resize(steps == 0 ? 0 : touches_end_.back());
  choices_.resize(steps == 0 ? 0 : choices_end_.back());
}

void Events::read(const Execution& execution, std::uint32_t complete) {
  const Record& record = execution.record();
  for (std::uint32_t step = size(); step < complete; ++step) {
    const std::uint32_t at = record.explored_begin + step;
    const StepRecord& made = record.steps[at];
    Operation op = as_explored(made.op);
    op.object = name_of(execution, op.object);
    touches_.push_back({op});
    for (const Footprint& one : record.touched_by(at)) {
      Operation touched = as_operation(one);
      touched.object = name_of(execution, touched.object);
      touches_.push_back({touched});
    }
    for (std::uint32_t i = made.choice_begin; i < record.choice_end(at); ++i)
      choices_.push_back({record.choices[i].value, record.choices[i].options});
    tasks_.push_back(record.actors[made.actor].path);
    touches_end_.push_back(static_cast<std::uint32_t>(touches_.size()));
    choices_end_.push_back(static_cast<std::uint32_t>(choices_.size()));
  }
}

Event Events::operator[](std::uint32_t step) const {
  const std::uint32_t touches = step == 0 ? 0 : touches_end_[step - 1];
  const std::uint32_t choices = step == 0 ? 0 : choices_end_[step - 1];
  return {tasks_[step],
          {touches_.data() + touches, touches_end_[step] - touches},
          {choices_.data() + choices, choices_end_[step] - choices},
          false};
}

void foresee(const Event& earlier, const Event& later, std::vector<Touch>& touches) {
  touches.clear();
  for (const Touch& touch : later.touches) {
    touches.push_back(touch);
    bool known = true;
    for (const Touch& before : earlier.touches) {
      if (!dependent(before, touch) || before.op.access == Access::read) continue;
      touches.back() = certain(touches.back(), before.op, touches.size() == 1);
      known = false;
    }
    if (!known) return;
  }
}

Touch Events::announced(const Execution& execution, TaskId task) {
  Operation op = as_explored(execution.task(task).pending);
  op.object = name_of(execution, op.object);
  return {op};
}

/// Numbers of objects follow the order in which they are born; those of the run are given a number
/// when they are first met, above the numbers of the others.
ObjectId Events::name_of(const Execution& execution, ObjectId object) {
  if (object < built_ || object == kNoObject) return object;
  const Object& born = execution.object(object);
  const ActorId creator = born.creator();
  const TaskPath path = creator == kNoActor ? 0 : execution.record().actors[creator].path;
  return this->born(path, born.born_number());
}

ObjectId Events::born(TaskPath creator, std::uint32_t number) {
  const auto next = static_cast<ObjectId>(0xffff - born_.size());
  const auto [known, fresh] = born_.try_emplace({creator, number}, next);
  FSW_ASSERT(!fresh || next >= built_, "more shared objects than a search can name");
  return known->second;
}

std::optional<std::pair<TaskPath, std::uint32_t>> Events::birth_of(ObjectId object) const {
  if (object < built_) return std::nullopt;
  for (const auto& [birth, name] : born_)
    if (name == object) return birth;
  return std::nullopt;
}

}  // namespace sim

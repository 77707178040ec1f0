/// What the explored steps of an execution did, in words that mean the same in every execution of
/// the model: tasks by their path; objects born in the run by a number that stands for their
/// creator and their count there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sim/record.hpp"
#include "sim/task.hpp"

namespace sim {

class Execution;

/// One access of a step: its operation, or something that it touched besides.
struct Touch {
  Operation op;
  /// Foreseen of an attempt that may fail: it is dependent on writes at least, and nothing more is
  /// known.
  bool only_on_writes = false;

  friend bool operator==(const Touch&, const Touch&) = default;
};

inline bool dependent(const Touch& a, const Touch& b) {
  const auto allows = [](const Touch& foreseen, const Touch& other) {
    return !foreseen.only_on_writes || other.op.access == Access::write;
  };
  return dependent(a.op, b.op) && allows(a, b) && allows(b, a);
}

inline bool dependent(std::span<const Touch> a, std::span<const Touch> b) {
  for (const Touch& x : a)
    for (const Touch& y : b)
      if (dependent(x, y)) return true;
  return false;
}

/// An injected value, and out of how many.
struct Chosen {
  std::uint32_t value;
  std::uint32_t options;
  friend bool operator==(const Chosen&, const Chosen&) = default;
};

/// A step of a task. Points into storage of somebody else.
struct Event {
  TaskPath task = 0;
  std::span<const Touch> touches;
  std::span<const Chosen> choices;
  /// Foreseen and not yet carried out: its choices are not made, its touches are those that it
  /// makes in any case.
  bool foreseen = false;
};

/// The next steps of one task in the same state, or foreseen: are they one event? A foreseen event
/// stands for all of its choices.
bool same_step(const Event& explored, const Event& wanted);

/// Does whatever begins with `first` cover whatever begins with `events`: is it independent of all
/// before its own step there, or of all? In the latter case its task may still choose otherwise.
bool weak_initial(const Event& first, std::span<const Event> events);

/// What the later step of a race does for certain where the earlier one has not happened: what
/// `later` did up to the first thing that `earlier` may have changed, and of that what holds
/// whatever it finds. (Too much would run executions that sleeping steps cover. Too little loses
/// nothing: among the steps that conflict with all that the step really does, consider the one
/// whose conflict comes last in it. After that one it does everything before as foreseen, and meets
/// all the others; so the reversal of that race is never taken for covered.)
void foresee(const Event& earlier, const Event& later, std::vector<Touch>& touches);

/// The events of the latest execution.
class Events {
 public:
  /// A new execution: its first `unchanged` steps are those of the execution before.
  void begin(const Execution& execution, std::uint32_t unchanged);
  /// Only the first `steps` remain.
  void cut(std::uint32_t steps);
  /// Adds the explored steps that are complete and not there yet.
  void read(const Execution& execution, std::uint32_t complete);

  std::uint32_t size() const { return static_cast<std::uint32_t>(tasks_.size()); }
  Event operator[](std::uint32_t step) const;

  /// Does `object`, as events name it, stand for one that is born in the run? Then its creator and
  /// its count there.
  std::optional<std::pair<TaskPath, std::uint32_t>> birth_of(ObjectId object) const;
  /// The object that `creator` bears as its `number`th.
  ObjectId born(TaskPath creator, std::uint32_t number);

  /// What a task has announced and never carried out.
  Touch announced(const Execution& execution, TaskId task);

 private:
  ObjectId name_of(const Execution& execution, ObjectId object);

  std::vector<TaskPath> tasks_;
  std::vector<std::uint32_t> touches_end_;
  std::vector<std::uint32_t> choices_end_;
  std::vector<Touch> touches_;
  std::vector<Chosen> choices_;
  std::size_t built_ = 0;  ///< objects below it were there before the first step
  std::map<std::pair<TaskPath, std::uint32_t>, ObjectId> born_;
};

}  // namespace sim

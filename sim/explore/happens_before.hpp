/// The happens-before order of one execution's explored steps, as reduction needs it: program
/// order, spawning, and the order of dependent steps. And its races: pairs whose order another
/// execution may reverse. Rules for locks and blocked tasks: a lock races with the latest acquire
/// of the lock by another task, never with the release, for it was disabled before that; a task
/// that is blocked at the end races with whoever holds the lock.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/record.hpp"
#include "sim/vector_clock.hpp"

namespace sim {

class Execution;

/// A pair of steps (indices into the explored part) whose order may be reversed.
struct Race {
  std::uint32_t earlier;
  std::uint32_t later;
  TaskId task;   ///< who makes the later step
  bool pending;  ///< the later operation was announced and never carried out; `later` is then the
                 ///< number of steps
};

/// The clocks of steps, each no wider than it has to be: a search keeps one for each step of its
/// path.
class StepClocks {
 public:
  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }
  /// Only the first `steps` remain.
  void cut(std::uint32_t steps) {
    ends_.resize(steps);
    ticks_.resize(steps == 0 ? 0 : ends_.back());
  }
  /// The clock of the next step.
  void add(const VectorClock& clock);
  std::uint32_t tick(std::uint32_t step, TaskId task) const {
    const std::uint32_t at = begin(step) + task;
    return at < ends_[step] ? ticks_[at] : 0;
  }
  std::span<const std::uint32_t> of(std::uint32_t step) const {
    return {ticks_.data() + begin(step), ends_[step] - begin(step)};
  }

 private:
  std::uint32_t begin(std::uint32_t step) const { return step == 0 ? 0 : ends_[step - 1]; }

  std::vector<std::uint32_t> ticks_;
  std::vector<std::uint32_t> ends_;  ///< step -> where its clock ends in `ticks_`
};

class HappensBefore {
 public:
  /// Reads the explored steps of `execution`, whose explored phase has just ended. The first
  /// `unchanged` steps are the same as in the execution read before.
  void read(const Execution& execution, std::uint32_t unchanged);

  std::uint32_t size() const { return clocks_.size(); }

  /// Does explored step `a` happen before explored step `b`? (a <= b)
  bool before(std::uint32_t a, std::uint32_t b) const {
    return clocks_.tick(b, task_[a]) >= number_[a];
  }

  /// In order of the later step.
  std::span<const Race> races() const { return races_; }
  /// Those that the execution before did not have: the later step is not among the unchanged ones.
  std::span<const Race> new_races() const { return races().subspan(known_races_); }
  /// Could the later step be made without the earlier one? Then `left_out` are the steps to do
  /// without for that, the earlier one first: it comes after all that happens after none of them.
  /// Known where a lock is waited for, or room in a workqueue; yes elsewhere.
  bool leave_out(const Execution& execution, const Race& race,
                 std::vector<std::uint32_t>& left_out) const;
  /// Is the step one of them, or does it happen after one?
  bool after_any(std::span<const std::uint32_t> left_out, std::uint32_t step) const;
  std::uint32_t unchanged() const { return unchanged_; }

  /// Would explored step `a` happen before the operation that `task` had announced at the end?
  bool before_pending(std::uint32_t a, TaskId task) const {
    return task_clock_[task][task_[a]] >= number_[a];
  }

 private:
  /// A bit for each of some objects: steps without one in common are independent.
  using ObjectBits = std::uint64_t;
  static ObjectBits bit_of(ObjectId object) {
    return object == kNoObject ? 0 : ObjectBits{1} << (object % 64);
  }
  static ObjectBits objects_of(const Record& record, std::uint32_t step);

  void read_step(const Execution& execution, std::uint32_t index);
  void find_races(const Execution& execution, std::uint32_t index, TaskId task, bool pending,
                  VectorClock& clock);
  bool may_begin(const Execution& execution, const Race& race, ObjectId queue) const;
  bool needs(const Execution& execution, const Race& race, std::uint32_t step) const;
  void keep_clocks(std::uint32_t unchanged);
  VectorClock birth_clock(const Record& record, ActorId actor, TaskId task);

  StepClocks clocks_;
  std::vector<TaskId> task_;
  std::vector<std::uint32_t> number_;  ///< how many steps its task had made, with this one
  std::vector<ObjectBits> objects_;    ///< that it touches
  std::vector<Race> races_;
  std::size_t known_races_ = 0;
  std::uint32_t unchanged_ = 0;
  TaskMask known_ = 0;  ///< tasks that anything is noted of below
  VectorClock
      task_clock_[kMaxTasks];  ///< of its latest step; at the end, of its announced operation
  std::uint32_t task_steps_[kMaxTasks]{};
  std::uint32_t last_step_[kMaxTasks]{};  ///< index + 1 of the task's latest step; 0: none
  std::uint32_t born_[kMaxTasks]{};  ///< index + 1 of the step that spawned it; 0: before the first
};

/// Could the order of a step (index in `record.steps`) and of what another task announces matter?
bool depends_on_step(const Record& record, std::uint32_t step, const Operation& announced);

/// Could the order of the two explored steps matter? Both must be steps of this execution.
bool dependent_steps(const Record& record, std::uint32_t a, std::uint32_t b);

}  // namespace sim

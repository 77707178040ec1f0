/// Which tasks may still get in each other's way from here: a guess, from the races of other
/// executions. What was never seen is taken for impossible; of a task that was never seen to be
/// where it is, everything is taken for possible.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "sim/explore/events.hpp"
#include "sim/explore/happens_before.hpp"
#include "sim/task.hpp"

namespace sim {

class Contention {
 public:
  /// From an execution whose explored phase has ended.
  void learn(const Execution& execution, Events& events, const HappensBefore& order);

  /// A live task at a point.
  struct Standing {
    TaskId id = kNoTask;
    TaskPath path = 0;
    Operation next;  ///< what it has announced
  };

  /// A point further down is reached: the steps made are the first `steps` of `events`. `live` must
  /// outlive what is asked of it.
  void go_to(const Events& events, std::uint32_t steps, std::span<const Standing> live,
             TaskMask enabled);
  /// What comes is from the first step on.
  void start();

  /// Some of the tasks, at least one of them in `awake`, so that no step which the others may still
  /// make was ever in a race with what these do next: a persistent set as far as is known
  /// (Godefroid, "Partial-Order Methods", 1996). Of those that are found from one task of `awake`
  /// each, the one with the fewest in `awake`; among equals the first in the order of the tasks.
  TaskMask smallest_persistent(TaskMask awake) const;

  /// Stands for what all tasks have done, each for itself, and for who of them is awake.
  std::uint64_t moment_of_all(TaskMask awake) const;

  // Of `live[task]`:
  /// Steps ahead that may be in a race, those of its children to come included.
  std::uint32_t races_ahead(std::size_t task) const;
  /// Steps of others ahead that may be in a race with its next one.
  std::uint32_t races_of_next(std::size_t task) const;
  /// May its next step and that of another depend on each other?
  bool next_dependent(std::size_t task, std::size_t other) const;

  /// Steps of the longest execution.
  std::uint32_t longest() const { return longest_; }

 private:
  /// A step that a task may still make, by what it announces.
  struct Ahead {
    Operation op;
    std::uint32_t races = 0;  ///< how often such steps were in a race
  };
  using Future = std::vector<Ahead>;  ///< ordered by operation

  /// A step of another task that was in a race with one.
  struct Rival {
    TaskPath path;
    Operation op;
    friend bool operator==(const Rival&, const Rival&) = default;
  };

  /// What a task may do from one moment of it on: that is, when it has done what it has and
  /// announces what it does next.
  struct Prospect {
    std::vector<Operation> besides;   ///< touched in the next step
    std::vector<Rival> rivals;        ///< of the next step
    Future future;                    ///< that step and all further ones
    std::vector<std::uint64_t> ways;  ///< to go on that are part of it
  };

  /// A task on the path to the point.
  struct Course {
    TaskPath path;
    std::uint64_t history;  ///< stands for all that it has done
  };
  struct Step {
    std::uint32_t course;
    std::uint64_t history;  ///< of the course before it
  };

  struct Seen {
    const Prospect* prospect;     ///< nullptr: never seen at such a moment
    std::vector<Operation> next;  ///< what it touches in its next step
  };

  std::uint32_t course_of(TaskPath path);
  std::uint64_t history_of(TaskPath path) const;
  void read_steps(const Events& events, std::uint32_t steps);
  void read_rivals(const Execution& execution, Events& events, const HappensBefore& order);
  void look_back(const Execution& execution, const Events& events, std::uint32_t course);
  void note(std::uint64_t moment, const Event& step, std::span<const Rival> rivals,
            const Future& future, std::uint64_t way);
  Prospect* remembered(std::uint64_t moment);
  const Prospect* prospect_of(const Standing& task) const;
  std::size_t standing_for(TaskPath path) const;
  std::uint32_t races_of(std::size_t task, const Operation& op) const;
  template <class Met>
  void for_each_rival(std::size_t task, Met met) const;
  TaskMask persistent_from(std::size_t first) const;

  std::map<std::uint64_t, Prospect> prospects_;  ///< moment ->
  std::uint32_t longest_ = 1;

  std::vector<Course> courses_;
  std::vector<Step> steps_;
  std::map<TaskPath, Future> all_of_;       ///< of tasks that were looked back at
  std::vector<std::vector<Rival>> rivals_;  ///< explored step ->
  std::vector<std::uint32_t> left_out_;     ///< scratch
  std::span<const Standing> live_;
  std::vector<Seen> seen_;  ///< of each of `live_`
  TaskMask enabled_ = 0;
};

}  // namespace sim

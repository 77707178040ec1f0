/// What random strategies have in common: executions of a seed, each with a generator of its own
/// that depends on the seed and the execution's number alone, so that any one can be run again by
/// itself. Nothing here or in them allocates while an execution runs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "sim/execution.hpp"
#include "sim/explore/search.hpp"
#include "sim/random.hpp"

namespace sim {

/// Executions [first, first + runs) of `seed`.
struct SampleRange {
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::uint64_t runs = 1;
};

class Sampling : public Search {
 public:
  explicit Sampling(const SampleRange& range)
      : seed_(range.seed),
        number_(range.first),
        end_(range.first + range.runs),
        random_(range.seed, range.first) {}

  void begin(const Execution& execution) override;
  /// Every value is equally likely.
  std::uint32_t choose(const Execution& execution, const char* what,
                       std::uint32_t options) override;
  bool advance() override { return ++number_ < end_; }
  bool complete() const override { return false; }

  std::uint64_t seed() const { return seed_; }
  std::uint64_t number() const { return number_; }
  /// The next execution is this one.
  void go_to(std::uint64_t number) { number_ = number; }

 protected:
  /// Calls `born(task)` for each unfinished task that was not there at the last call, in order of
  /// birth. In a teardown that is explored the slots of tasks are used anew.
  template <class Born>
  void meet_new_tasks(const Execution& execution, Born born) {
    if (execution.phase() != phase_) {
      phase_ = execution.phase();
      met_ = 0;
    }
    for (const Task* task : execution.live_tasks()) {
      if ((met_ & mask_of(task->id)) != 0) continue;
      met_ |= mask_of(task->id);
      born(*task);
    }
  }

  /// One of `tasks`, which must not be empty, all equally likely.
  TaskId any_of(const Execution& execution, TaskMask tasks) {
    if (tasks != execution.alive()) return any_of_some(execution, tasks);
    const std::span<const TaskId> live = execution.live();
    return live[random_.below(static_cast<std::uint32_t>(live.size()))];
  }

  /// One of `tasks`, as likely as its `weight(task)`; one of them must weigh something.
  template <class Weight>
  TaskId weighted(const Execution& execution, TaskMask tasks, Weight weight) {
    std::uint32_t total = 0;
    for (const Task* task : execution.live_tasks())
      if ((tasks & mask_of(task->id)) != 0) total += weight(task->id);
    std::uint32_t drawn = random_.below(total);
    for (const Task* task : execution.live_tasks()) {
      if ((tasks & mask_of(task->id)) == 0) continue;
      const std::uint32_t own = weight(task->id);
      if (drawn < own) return task->id;
      drawn -= own;
    }
    return kNoTask;
  }

  /// Explored steps made so far, those of an explored teardown included.
  static std::uint32_t made(const Execution& execution) {
    return execution.step() - execution.record().explored_begin;
  }

  Random& random() { return random_; }

 private:
  TaskId any_of_some(const Execution& execution, TaskMask tasks);

  std::uint64_t seed_;
  std::uint64_t number_;
  std::uint64_t end_;
  Random random_;
  Phase phase_ = Phase::explored;
  TaskMask met_ = 0;  ///< tasks of this phase that `born` was called for
};

}  // namespace sim

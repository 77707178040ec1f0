/// What a user of the engine writes: a world, its tasks, and what must hold in the end.
#pragma once

#include <cstdint>
#include <span>

namespace sim {

class Execution;

class Model {
 public:
  virtual ~Model() = default;

  /// Builds a fresh world (in the execution's arena) and spawns the tasks that set it up. Setup
  /// runs under one fixed schedule to quiescence: it is the root of every search.
  virtual void build(Execution& execution) = 0;

  /// Spawns the tasks that are explored. Runs after setup.
  virtual void start(Execution& execution) = 0;

  /// Spawns what comes after all tasks ended, under a fixed schedule.
  virtual void finish(Execution&) {}

  /// Looks at the final state and reports findings. Runs at quiescence only.
  virtual void judge(Execution&) {}

  /// Does all that tasks change live in the execution's arena (or on their own stacks)? Then a
  /// search may go back to an earlier state by copying memory, instead of running the model up to
  /// there once more. Members that `build` and `start` set stay as they are.
  virtual bool lives_in_arena() const { return false; }

  /// A number that two executions share iff their final states are equal; for comparing searches.
  virtual std::uint64_t final_state() const { return 0; }

  /// Counters shown beside each step; as many names as values.
  virtual std::span<const char* const> counter_names() const { return {}; }
  virtual void counters(std::span<std::int64_t>) const {}
};

}  // namespace sim

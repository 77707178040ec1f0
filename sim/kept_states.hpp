/// States of an execution between two explored steps, kept so that a search which varies the end of
/// the execution goes back to one by copying, instead of making the steps before it once more.
///
/// A state is what stands in the arena, in the task records and on the stacks of unfinished tasks,
/// and what the execution knows. It is put back where it was, so that everything that points into
/// it stays true. That is all of a model which says so (Model::lives_in_arena).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/execution.hpp"

namespace sim {

/// Stretches of memory as they were.
class MemoryCopy {
 public:
  void clear();
  void add(void* memory, std::size_t bytes);
  void put_back() const;
  std::size_t bytes() const { return bytes_.size(); }

 private:
  struct Stretch {
    void* memory;
    std::size_t bytes;
  };

  std::vector<Stretch> stretches_;
  std::vector<std::byte> bytes_;  ///< of all of them, one after the other
};

/// Lists that only grow as an execution goes on are cut back to where they ended.
struct KeptState {
  std::uint32_t steps = 0;  ///< explored ones, before it
  MemoryCopy memory;
  Arena::Mark arena;
  std::size_t stacks = 0;
  Execution::Now now;
  std::vector<TaskId> live;
  Record::Ends record;
  Lockdep::Mark lockdep;
  std::vector<WatchedInvariant> invariants;
  std::vector<TaskId> inside_held;
  std::size_t objects = 0;
  std::size_t findings = 0;
  std::size_t labels_passed = 0;
};

/// The kept states that lead to the latest one, ordered by step. The further before it, the fewer
/// there are: who goes far back repeats some steps, and gains them many times over by the steps
/// that are then to be made anew.
class KeptStates {
 public:
  /// A state is kept after so many steps at least.
  static constexpr std::size_t kStepsBetween = 8;

  bool empty() const { return in_use_ == 0; }
  std::size_t size() const { return in_use_; }
  const KeptState& operator[](std::size_t i) const { return *states_[i]; }
  const KeptState& latest() const { return *states_[in_use_ - 1]; }

  void clear() { in_use_ = 0; }
  /// Drops those behind explored step `steps`.
  void forget_behind(std::uint32_t steps);
  /// One more to be filled in, behind all others.
  KeptState& add(std::uint32_t steps);

 private:
  std::vector<std::unique_ptr<KeptState>> states_;  ///< those not in use keep their memory
  std::size_t in_use_ = 0;
};

}  // namespace sim

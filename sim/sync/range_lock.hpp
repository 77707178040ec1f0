/// A lock over ranges: exclusive per unit, waiters sleep until their whole range is free (btrfs
/// lock_extent). Locks of disjoint ranges are independent, and no happens-before edge runs between
/// them. A task takes ranges of one class by ascending instance (below 2^32), then ascending begin.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "sim/object.hpp"

namespace sim {

class range_lock final : public Object {
 public:
  explicit range_lock(const ObjectName& name);

  /// Visible: takes [begin, end) as a whole, disabled while any unit of it is held by anybody.
  void lock(std::uint32_t begin, std::uint32_t end);
  /// Visible: takes it if all of it is free now.
  bool try_lock(std::uint32_t begin, std::uint32_t end);
  /// Visible: frees [begin, end), which may be a part of what was taken.
  void unlock(std::uint32_t begin, std::uint32_t end);
  /// `task` answers for [begin, end), which this one holds, from now on (a read bio unlocks the
  /// range that its submitter locked). No step of its own: only in the step in which `task` was
  /// born.
  void hand_to(TaskId task, std::uint32_t begin, std::uint32_t end);

  bool is_locked(std::uint32_t begin, std::uint32_t end) const;
  /// A visible look at whether any unit of [begin, end) is held.
  bool test(std::uint32_t begin, std::uint32_t end);

  bool can_proceed(const Task& task, const Operation& op) const override;
  TaskMask providers(const Task& task, const Operation& op) const override;
  std::uint64_t order(std::uint32_t begin) const override { return (instance() << 32) | begin; }
  void synchronise(Task& task, const Operation& op) override;

 private:
  struct Held {
    std::uint32_t begin;
    std::uint32_t end;
    TaskId owner;
  };
  struct Released {
    std::uint32_t begin;
    std::uint32_t end;
    ReleaseClock clock;
  };

  Operation ranged(OpKind kind, std::uint32_t begin, std::uint32_t end) const;
  void take(TaskId task, std::uint32_t begin, std::uint32_t end);
  void give_back(std::uint32_t begin, std::uint32_t end);

  std::pmr::vector<Held> held_;
  std::pmr::vector<Released> released_;
  Phase phase_;  ///< clocks of an earlier phase mean nothing in this one
};

}  // namespace sim

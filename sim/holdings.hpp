/// The locks that a task holds and the work that it owes, as far as it can know. What another task
/// does to them (unlocks a bit lock that this one took, hands it work or takes some over) counts
/// once this task is ordered after that, as `synchronises` orders. Where nothing orders the two,
/// other executions of the same trace have it the other way round, and what lock order says must be
/// the same of all of them.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>

#include "sim/inline_stack.hpp"
#include "sim/operation.hpp"
#include "sim/vector_clock.hpp"

namespace sim {

class Object;
class Obligation;

class Holdings {
 public:
  /// Units [begin, end) of a lock; a lock without units is one.
  struct Lock {
    const Object* object;
    std::uint32_t begin;
    std::uint32_t end;

    friend bool operator==(const Lock&, const Lock&) = default;
  };
  struct Debt {
    const Obligation* work;
    std::int64_t amount;  ///< below zero: did work that it cannot know yet that it owed
  };
  /// An act of another task; the component of that task's clock when it acted.
  struct Stamp {
    TaskId by;
    std::uint32_t tick;
  };

  bool empty() const { return locks_.empty() && debts_.empty() && by_others_.empty(); }
  std::span<const Lock> locks() const { return {locks_.begin(), locks_.size()}; }
  std::span<const Debt> debts() const { return {debts_.begin(), debts_.size()}; }

  /// What grows goes on in `memory`, an execution's arena.
  void take(const Lock& lock, std::pmr::memory_resource& memory) { locks_.push(lock, memory); }
  void give_back(const Lock& lock, std::pmr::memory_resource& memory);
  /// The same where it is as a whole what was taken last, as nearly always; false: it is not.
  bool give_back_latest(const Lock& lock) {
    if (locks_.empty() || locks_[locks_.size() - 1] != lock) return false;
    locks_.pop();
    return true;
  }
  void owe(const Debt& change, std::pmr::memory_resource& memory);

  void given_back_by(const Stamp& other, const Lock& lock, std::pmr::memory_resource& memory) {
    by_others_.push({other, lock, {}}, memory);
  }
  void owed_by(const Stamp& other, const Debt& change, std::pmr::memory_resource& memory) {
    by_others_.push({other, {}, change}, memory);
  }
  /// Counts what others did before `clock`, which is this task's.
  void settle(const VectorClock& clock, std::pmr::memory_resource& memory) {
    if (!by_others_.empty()) [[unlikely]]
      settle_known(clock, memory);
  }
  /// Counts all that others did.
  void settle_all(std::pmr::memory_resource& memory);

 private:
  struct ByOther {
    Stamp stamp;
    Lock lock;  ///< no object: `debt` changed
    Debt debt;
  };

  void settle_known(const VectorClock& clock, std::pmr::memory_resource& memory);
  void settle_at(unsigned index, std::pmr::memory_resource& memory);

  InlineStack<Lock, 8> locks_;  ///< in the order taken
  InlineStack<Debt, 8> debts_;
  InlineStack<ByOther, 4> by_others_;
};

}  // namespace sim

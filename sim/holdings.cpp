#include "sim/holdings.hpp"

#include <algorithm>

#include "sim/explore/mutation.hpp"

namespace sim {

/// The latest first: who holds a lock several times gives it back once. What is left of a range
/// keeps its place.
void Holdings::give_back(const Lock& lock, std::pmr::memory_resource& memory) {
  std::uint32_t left = lock.end - lock.begin;
  for (unsigned i = locks_.size(); i-- > 0 && left != 0;) {
    const Lock held = locks_[i];
    if (held.object != lock.object || held.end <= lock.begin || lock.end <= held.begin) continue;
    left -= std::min(held.end, lock.end) - std::max(held.begin, lock.begin);
    locks_.erase(i);
    if (lock.end < held.end) locks_.insert(i, {held.object, lock.end, held.end}, memory);
    if (held.begin < lock.begin) locks_.insert(i, {held.object, held.begin, lock.begin}, memory);
  }
}

void Holdings::owe(const Debt& change, std::pmr::memory_resource& memory) {
  for (unsigned i = 0; i < debts_.size(); ++i) {
    if (debts_[i].work != change.work) continue;
    const std::int64_t amount = debts_[i].amount + change.amount;
    debts_.erase(i);
    if (amount != 0) debts_.insert(i, {change.work, amount}, memory);
    return;
  }
  debts_.push(change, memory);
}

void Holdings::settle_at(unsigned index, std::pmr::memory_resource& memory) {
  const ByOther act = by_others_[index];
  by_others_.erase(index);
  if (act.lock.object != nullptr) {
    give_back(act.lock, memory);
  } else {
    owe(act.debt, memory);
  }
}

void Holdings::settle_known(const VectorClock& clock, std::pmr::memory_resource& memory) {
  for (unsigned i = 0; i < by_others_.size();) {
    const Stamp& stamp = by_others_[i].stamp;
    if (clock[stamp.by] >= stamp.tick || planted(Mutation::others_count_at_once)) {
      settle_at(i, memory);
    } else {
      ++i;
    }
  }
}

void Holdings::settle_all(std::pmr::memory_resource& memory) {
  while (!by_others_.empty()) settle_at(0, memory);
}

}  // namespace sim

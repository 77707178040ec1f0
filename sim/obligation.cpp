#include "sim/obligation.hpp"

#include <algorithm>

#include "sim/execution.hpp"

namespace sim {

Obligation::Obligation(const char* what) : what_(what) {
  if (detail::in_progress != nullptr) detail::in_progress->audit_exempt(this, sizeof *this);
}

std::uint64_t Obligation::total() const {
  std::uint64_t sum = 0;
  for (TaskMask left = owners_; left != 0; left &= left - 1) sum += amount_[lowest_of(left)];
  return sum;
}

void Obligation::owe(TaskId task, std::uint64_t amount) {
  if (amount == 0 || task == kNoTask) return;
  if ((owners_ & mask_of(task)) == 0) {
    owners_ |= mask_of(task);
    amount_[task] = 0;
  }
  amount_[task] += amount;
  current().owe(current().mutable_task(task), *this, static_cast<std::int64_t>(amount));
}

void Obligation::discharge(TaskId task, std::uint64_t amount) {
  if (task == kNoTask || (owners_ & mask_of(task)) == 0) return;
  const std::uint64_t done = std::min(amount, amount_[task]);
  amount_[task] -= done;
  if (amount_[task] == 0) owners_ &= ~mask_of(task);
  current().owe(current().mutable_task(task), *this, -static_cast<std::int64_t>(done));
}

void Obligation::hand(TaskId from, TaskId to, std::uint64_t amount) {
  const std::uint64_t handed = std::min(amount, amount_of(from));
  discharge(from, handed);
  owe(to, handed);
}

void Obligation::take_over(TaskId task, std::uint64_t amount) {
  for (TaskId owner = 0; owner < kMaxTasks && amount != 0; ++owner) {
    if (owner == task || (owners_ & mask_of(owner)) == 0) continue;
    const std::uint64_t moved = std::min(amount, amount_[owner]);
    hand(owner, task, moved);
    amount -= moved;
  }
}

}  // namespace sim

#include "sim/explore/preemption_bounded.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "sim/assert.hpp"
#include "sim/execution.hpp"
#include "sim/strategies/fixed_order.hpp"

namespace sim {
namespace {

/// Task numbers follow the order of births, which differs among executions of a class; who is
/// unfinished does not, nor do their paths.
std::uint32_t rank_of(const Execution& execution, TaskId wanted) {
  std::uint32_t rank = 0;
  for (const Task* task : execution.live_tasks()) {
    if (task->id == wanted) break;
    ++rank;
  }
  return rank;
}

constexpr TaskMask bit(std::uint32_t rank) { return TaskMask{1} << rank; }

}  // namespace

/// A held window allows some executions of a trace and not others, and a teardown's steps are not
/// told apart: then such a search may miss traces, and says so.
void PreemptionBounded::begin(const Execution& execution) {
  sound_ = execution.options().held.empty() && !execution.options().explore_teardown;
  ids_.begin();
  followed_ = 0;
  redundant_ = false;
}

void PreemptionBounded::resume(const Execution& execution) {
  ids_.begin();
  const Record& record = execution.record();
  followed_ = execution.step() - record.explored_begin + record.choices.size();
  redundant_ = false;
}

PreemptionBounded::Node PreemptionBounded::decide(Node above, std::uint32_t value) {
  decisions_.push_back({above, value});
  return static_cast<Node>(decisions_.size() - 1);
}

TaskId PreemptionBounded::next_task(const Execution& execution) {
  if (execution.phase() != Phase::explored) return fixed_order(execution);
  if (followed_ < path_.size()) return static_cast<TaskId>(decisions_[path_[followed_++]].value);
  const TaskId next = arrive(execution, execution.step() - execution.record().explored_begin);
  redundant_ = next == kNoTask;
  if (!redundant_) here_ = decide(here_, next);
  return next;
}

/// Who goes on from what has been reached; notes who has to later. kNoTask: that was all done.
TaskId PreemptionBounded::arrive(const Execution& execution, std::uint32_t steps) {
  const auto [index, fresh] = classes_.insert(ids_.read(execution, steps));
  PrefixClass& reached = classes_[index];
  const TaskMask enabled = execution.enabled();
  if (fresh) {
    reached.preemptions = level_;
    reached.enabled = static_cast<std::uint32_t>(std::popcount(enabled));
  } else if (reached.preemptions < level_) {
    return kNoTask;
  }
  const TaskId last = execution.last_task();
  const bool goes_on = last != kNoTask && (enabled & mask_of(last)) != 0;
  TaskMask free = 0;
  for (TaskMask left = enabled; left != 0; left &= left - 1) {
    const auto task = static_cast<TaskId>(std::countr_zero(left));
    const std::uint32_t rank = rank_of(execution, task);
    if (goes_on && task != last) {
      if (fresh && level_ < bound_) later_.push_back({here_, task, index, rank});
    } else if ((reached.moved & bit(rank)) == 0) {
      reached.moved |= bit(rank);
      free |= mask_of(task);
    }
  }
  const TaskId next = fixed_order(execution, free);
  if (next == kNoTask) return next;
  for (TaskMask left = free & ~mask_of(next); left != 0; left &= left - 1)
    now_.push_back({here_, static_cast<std::uint32_t>(std::countr_zero(left)), kNone, 0});
  return next;
}

std::uint32_t PreemptionBounded::choose(const Execution&, const char*, std::uint32_t options) {
  if (followed_ < path_.size()) return decisions_[path_[followed_++]].value;
  for (std::uint32_t value = options; --value > 0;) now_.push_back({here_, value, kNone, 0});
  here_ = decide(here_, 0);
  return 0;
}

void PreemptionBounded::end(const Execution& execution) {
  FSW_ASSERT(followed_ == path_.size(), "the model does not repeat: an execution took another way");
  const Record& record = execution.record();
  made_by_.clear();
  for (std::uint32_t i = record.explored_begin; i < record.explored_end; ++i)
    made_by_.push_back(i + 1 - record.explored_begin + record.choice_end(i));
  if (redundant_) return;
  const auto [index, fresh] =
      classes_.insert(ids_.read(execution, record.explored_end - record.explored_begin));
  redundant_ = !fresh;
  if (!fresh) return;
  classes_[index].preemptions = level_;
  ++traces_[level_];
}

/// The decision to be made next; false: there is none.
bool PreemptionBounded::open_next(Open& next) {
  while (true) {
    if (now_.empty()) {
      if (later_.empty()) return false;
      std::swap(now_, later_);
      ++level_;
      traces_.push_back(0);
    }
    next = now_.back();
    now_.pop_back();
    if (next.from == kNone) return true;
    PrefixClass& from = classes_[next.from];
    if ((from.moved & bit(next.rank)) != 0) continue;
    from.moved |= bit(next.rank);
    return true;
  }
}

bool PreemptionBounded::advance() {
  Open next{};
  if (!open_next(next)) return false;
  if (bytes() > most_bytes_) {
    gave_up_ = reached_limit(most_bytes_);
    return false;
  }
  read_path(here_, latest_path_);
  here_ = decide(next.above, next.value);
  read_path(here_, path_);
  const auto parting =
      std::mismatch(path_.begin(), path_.end(), latest_path_.begin(), latest_path_.end()).first;
  const auto common = static_cast<std::uint32_t>(parting - path_.begin());
  shared_ = static_cast<std::uint32_t>(std::upper_bound(made_by_.begin(), made_by_.end(), common) -
                                       made_by_.begin());
  return true;
}

void PreemptionBounded::read_path(Node last, std::vector<Node>& path) const {
  path.clear();
  for (Node node = last; node != kNone; node = decisions_[node].above) path.push_back(node);
  std::reverse(path.begin(), path.end());
}

std::optional<std::uint32_t> PreemptionBounded::preemption_bound() const {
  const std::vector<PrefixClass>& all = classes_.all();
  const bool whole = std::all_of(all.begin(), all.end(), [](const PrefixClass& reached) {
    return static_cast<std::uint32_t>(std::popcount(reached.moved)) == reached.enabled;
  });
  return whole ? std::nullopt : std::optional(bound_);
}

std::size_t PreemptionBounded::bytes() const {
  return classes_.bytes() + decisions_.capacity() * sizeof(Decision) +
         (now_.capacity() + later_.capacity()) * sizeof(Open);
}

}  // namespace sim

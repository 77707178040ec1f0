/// Findings: what the simulator is for. A finding is data; it does not end the execution unless the state cannot go on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/operation.hpp"

namespace sim {

enum class FindingKind : std::uint8_t {
  invariant,
  wrong_data,
  deadlock,
  lost_wakeup,
  lost_work,
  livelock,
  data_race,
  lock_order,
  kernel_warning,
  kernel_bug,
};

struct FindingTraits {
  std::string_view word;      ///< in files and on the command line
  std::string_view sentence;  ///< what it means
  bool always_wrong;          ///< false: a complete search may prove it harmless (a gated lock order)
};

/// Indexed by FindingKind.
inline constexpr FindingTraits kFindingTraits[] = {
    {"invariant", "an invariant of the model does not hold", true},
    {"wrong-data", "lost or wrong data", true},
    {"deadlock", "no task can go on", true},
    {"lost-wakeup", "the condition is true and nobody will wake the waiter", true},
    {"lost-work", "a task ended without doing or handing on work that it owed", true},
    {"livelock", "the step bound was reached", true},
    {"data-race", "two accesses that nothing orders, one of them a plain write", true},
    {"lock-order", "locks are taken in opposite orders", false},
    {"kernel-warning", "the kernel would print a warning", true},
    {"kernel-bug", "the kernel would stop (BUG, panic)", true},
};

constexpr const FindingTraits& traits(FindingKind kind) {
  return kFindingTraits[static_cast<int>(kind)];
}

struct Finding {
  FindingKind kind;
  std::string name;    ///< short and stable: an invariant's name, a lock class, a message's function
  std::string text;    ///< the sentence, with the numbers of this execution
  std::uint32_t step;  ///< index of the step that showed it
  TaskId task;         ///< who made that step; kNoTask outside any step

  /// What "the same finding" means in different executions.
  std::string signature() const { return std::string(traits(kind).word) + ": " + name + ": " + text; }
};

}  // namespace sim

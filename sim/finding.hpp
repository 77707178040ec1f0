/// Findings: what the simulator is for. A finding is data; it does not end the execution unless the
/// state cannot go on.
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
  advisory,
};

/// Does a finding of this kind contradict a *never*?
enum class Weight : std::uint8_t {
  wrong,          ///< always
  unless_gated,   ///< unless a complete search proves that nothing comes of it
  only_if_named,  ///< no: worth knowing; a case may ask for it by name
};

struct FindingTraits {
  std::string_view word;      ///< in files and on the command line
  std::string_view sentence;  ///< what it means
  Weight weight;
};

/// Indexed by FindingKind.
inline constexpr FindingTraits kFindingTraits[] = {
    {"invariant", "an invariant of the model does not hold", Weight::wrong},
    {"wrong-data", "lost or wrong data", Weight::wrong},
    {"deadlock", "no task can go on", Weight::wrong},
    {"lost-wakeup", "the condition is true and nobody will wake the waiter", Weight::wrong},
    {"lost-work", "a task ended without doing or handing on work that it owed", Weight::wrong},
    {"livelock", "the step bound was reached: it may run for ever, or just be long", Weight::wrong},
    {"data-race", "two accesses that nothing orders, one of them a plain write", Weight::wrong},
    {"lock-order", "locks are taken in opposite orders", Weight::unless_gated},
    {"kernel-warning", "the kernel would print a warning", Weight::wrong},
    {"kernel-bug", "the kernel would stop (BUG, panic)", Weight::wrong},
    {"advisory", "kernels do this on purpose or by known sloppiness", Weight::only_if_named},
};

constexpr const FindingTraits& traits(FindingKind kind) {
  return kFindingTraits[static_cast<int>(kind)];
}

struct Finding {
  FindingKind kind;
  std::string name;  ///< short and stable: an invariant's name, a lock class, a message's function
  std::string text;  ///< the sentence, with the numbers of this execution
  std::uint32_t step;  ///< index of the step that showed it
  TaskId task;         ///< who made that step; kNoTask outside any step

  /// What "the same finding" means in different executions.
  std::string signature() const {
    return std::string(traits(kind).word) + ": " + name + ": " + text;
  }
};

}  // namespace sim

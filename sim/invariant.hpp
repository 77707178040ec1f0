/// Invariants: small named functions that measure how far the state is from where it should be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/finding.hpp"

namespace sim {

class Object;

/// Reduction keeps final states and deadlocks, not every state in between, so an invariant says why
/// it may be checked under it.
enum class InvariantClass : std::uint8_t {
  stable,      ///< once false stays false: every class of executions shows it at its end
  additive,    ///< sum of homes = counter: every step must leave the sum as it was, whatever the
               ///< order
  guarded,     ///< holds whenever lock L is free: checked by the step that releases L
  relational,  ///< none of these: steps that change what it reads are dependent on each other
};

std::string_view word(InvariantClass invariant_class);

/// Which parts of the state an invariant reads; a cell that is written marks its parts as changed.
using WatchMask = std::uint32_t;
inline constexpr WatchMask kWatchAll = ~WatchMask{0};

struct Invariant {
  const char* name;  ///< also the finding's name
  InvariantClass kind;
  const char* sentence;  ///< what must hold, for `list`
  WatchMask reads;
  /// 0: holds. Otherwise by how much it does not; a changed value is a new finding at the step that
  /// changed it.
  std::int64_t (*measure)(const void* model);
  /// The sentence that the finding prints.
  std::string (*describe)(const void* model, std::int64_t value);
  FindingKind finding = FindingKind::invariant;  ///< or `advisory`
};

/// What an action needs, rather than a state: judged by the step that takes the action.
struct StepCheck {
  const char* name;      ///< also the finding's name
  const char* sentence;  ///< what must hold, for `list`
};

/// An invariant in one execution.
struct WatchedInvariant {
  const Invariant* invariant;
  WatchMask reads;  ///< the invariant's, at hand: every step that changes something looks at it
  const void* model;
  const Object* guard;  ///< guarded: the lock that must be free; relational: what every step writes
                        ///< that changes what it reads; otherwise nullptr
  std::int64_t last;
};

}  // namespace sim

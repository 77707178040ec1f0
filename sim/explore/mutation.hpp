/// Planted mistakes: what partial order reduction is known to get wrong, so that the tests can show
/// that they would notice. Compiled in with FSWEAVE_MUTANTS only, which the shipped library never
/// is.
#pragma once

#include <cstdint>

#include "sim/operation.hpp"

namespace sim {

enum class Mutation : std::uint8_t {
  none,
  blocked_is_no_race,      ///< a task blocked at the end does not race with who holds the lock
  locks_race_as_accesses,  ///< a lock races only with what nothing lies between; its release always
                           ///< does
  release_is_the_race,     ///< a lock races with the release before it instead of the acquire
  reads_are_dependent,
  failures_are_writes,  ///< a failed try-lock or compare-exchange counts as a write
  updates_are_reads,    ///< a successful one counts as a read
  sleepers_never_wake,  ///< a dependent step leaves the sleep set as it is
};

#ifdef FSWEAVE_MUTANTS
inline Mutation planted_mutation = Mutation::none;
inline bool planted(Mutation mutation) { return planted_mutation == mutation; }
#else
constexpr bool planted(Mutation) { return false; }
#endif

/// An operation as the search sees it.
inline Operation as_explored(Operation op) {
  const bool decides = op.kind == OpKind::update || op.kind == OpKind::try_lock;
  if (planted(Mutation::reads_are_dependent) && op.access == Access::read)
    op.access = Access::write;
  if (planted(Mutation::failures_are_writes) && decides) op.access = Access::write;
  if (planted(Mutation::updates_are_reads) && op.kind == OpKind::update) op.access = Access::read;
  return op;
}

}  // namespace sim

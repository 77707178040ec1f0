/// Planted mistakes: what partial order reduction and random strategies are known to get wrong, so
/// that the tests can show that they would notice. Compiled in with FSWEAVE_MUTANTS only, which the
/// shipped library never is.
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
  sleepers_unasked,     ///< a reversal is run although a sleeper covers it
  initials_only,        ///< a sleeper covers only a reversal that its task takes part in
  strangers_cover,      ///< what others explored covers reversals as if their races were known here
  others_hold_on,   ///< a reversal leaves out one holder of a range lock, though others hold parts
  strangers_alone,  ///< what others explored of a step says nothing of its other ways
  always_at_the_root,  ///< a reversal becomes a branch of its own though another leads to it

  // Of what is said of a trace.
  others_count_at_once,  ///< what another task did to a task's holdings counts before it can know

  // Of the random strategies.
  pct_demotes_below_all,        ///< instead of to the change point's own priority
  pct_demotes_before_the_step,  ///< likewise, and who would run next instead of who ran
  pos_redraws_all,              ///< a step draws anew for every pending one: a random walk
  pos_keeps_losers,             ///< a step draws anew for its own task only
  urw_keeps_children,           ///< steps of children count for their creator after their birth
  surw_holds_nobody,
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

/// Tiny concurrent programs as data: small enough for brute force, rich enough to use every
/// synchronisation primitive.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/model.hpp"

namespace testing {

/// One statement of a task. `object` picks among the few objects of its kind, `argument` is a value
/// or a range.
enum class Do : std::uint8_t {
  read,              ///< marked variable: the value is seen
  write,             ///< marked variable = argument
  acquire,           ///< smp_load_acquire
  release,           ///< smp_store_release of argument
  add,               ///< atomic increment
  compare_exchange,  ///< 0 -> argument; the outcome is seen
  plain_read,        ///< a cell that nothing guards; for the race detector, no part of the state
  plain_write,
  touch_read,  ///< looks at a raw variable, declared beside the operation of the step
  touch_write,
  choose,       ///< one of two injected values is seen
  skip_if_odd,  ///< skips `skip` statements if what was seen last is odd
  lock,         ///< mutex
  unlock,
  try_lock,  ///< mutex; skips `skip` statements if it fails
  down_read,
  up_read,
  down_write,
  up_write,
  try_down_read,  ///< as try_lock
  try_down_write,
  downgrade,
  spin_lock,
  spin_unlock,
  section,   ///< a whole section of a spinlock that declares what it does; argument: which, below 8
  lock_bit,  ///< bit lock, which another task may unlock
  unlock_bit,
  lock_range,  ///< argument: 0 [0,2), 1 [1,3), 2 [2,4), 3 [0,4)
  unlock_range,
  try_lock_range,  ///< as try_lock
  test_range,
  wait_event,  ///< until marked variable `argument` is not zero, on queue `object`
  wake_up,
  complete,
  wait_complete,
  spawn,       ///< starts task `argument` of the script
  spawn_heir,  ///< starts it and hands it bit lock `object`
  queue_work,  ///< starts it as a work item; queue 0 runs two at a time, queue 1 one
};

struct Statement {
  Do what;
  std::uint8_t object = 0;
  std::uint8_t argument = 0;
  std::uint8_t skip = 0;
};

struct Script {
  std::vector<std::vector<Statement>> tasks;
  unsigned roots = 0;  ///< tasks [0, roots) start; the others are started by statements

  bool has(Do what) const;
  std::string text() const;  ///< for a failing test
};

/// What one task chooses decides whether its step depends on that of the other. Five traces.
Script step_with_two_ways();

/// Three work items on a queue that runs two: the first queues the others, the last of which writes
/// what a fourth task reads.
Script queue_that_is_full();

/// Runs a script. `final_state` covers all variables and all that every task has seen; it may be
/// read after any ending.
class ScriptModel final : public sim::Model {
 public:
  explicit ScriptModel(const Script& script) : script_(script) {}

  void build(sim::Execution& execution) override;
  void start(sim::Execution& execution) override;
  bool lives_in_arena() const override { return true; }
  std::uint64_t final_state() const override;

 private:
  struct World;
  struct Interpreter;

  const Script& script_;
  World* world_ = nullptr;
};

}  // namespace testing

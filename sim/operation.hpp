/// Visible operations and the two relations that everything else stands on.
/// An Operation is announced before it is carried out, so every task's next one is known before one
/// is picked.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace sim {

using TaskId = std::uint8_t;
using TaskMask = std::uint64_t;
inline constexpr TaskId kMaxTasks = 64;
inline constexpr TaskId kNoTask = 0xff;

constexpr TaskMask mask_of(TaskId task) { return TaskMask{1} << task; }
constexpr TaskId lowest_of(TaskMask tasks) { return static_cast<TaskId>(std::countr_zero(tasks)); }

/// How an operation touches its object. `add` commutes with itself (two readers, two waiters that
/// queue up for a wake-all) and with nothing else.
enum class Access : std::uint8_t { none, read, add, write };

enum class OpKind : std::uint8_t {
  read,    ///< marked access (READ_ONCE, test_bit)
  write,   ///< marked access (WRITE_ONCE, set_bit)
  update,  ///< marked read-modify-write (atomic_inc, cmpxchg that succeeds)
  lock,    ///< mutex, spinlock, bit lock, range lock; disabled while held
  unlock,
  section,     ///< a whole spinlock section without another visible operation in it
  try_lock,    ///< never disabled; its access tells the outcome (write: taken, read: not)
  down_read,   ///< rwsem; takes it or queues up, the access tells (add: taken, write: queued)
  down_write,  ///< rwsem; takes it or queues up
  granted,     ///< a queued rwsem acquisition goes on; disabled until it is its turn
  up_read,
  up_write,
  wait,           ///< asleep; enabled by a wake-up only, never by the condition
  wake,           ///< wake_up_all
  complete,       ///< completion
  wait_complete,  ///< disabled until completed
  begin_work,     ///< a work item of a bounded workqueue starts; disabled while too many run
  end_work,
  spawn,   ///< the first step of a new task becomes possible
  choice,  ///< an injected value; no scheduling point of its own
};

/// What an operation kind is, in one row each; indexed by OpKind.
struct OpTraits {
  std::string_view word;
  Access access;  ///< default access
  bool acquires;  ///< synchronises with earlier releases of the object
  bool releases;  ///< later acquires of the object synchronise with it
  bool blocks;    ///< may be disabled
};

inline constexpr OpTraits kOpTraits[] = {
    {"read", Access::read, false, false, false},
    {"write", Access::write, false, false, false},
    {"update", Access::write, false, false, false},
    {"lock", Access::write, true, false, true},
    {"unlock", Access::write, false, true, false},
    {"section", Access::write, true, true, false},
    {"try_lock", Access::write, true, false, false},
    {"down_read", Access::add, true, false, false},
    {"down_write", Access::write, true, false, false},
    {"granted", Access::write, true, false, true},
    {"up_read", Access::add, false, true, false},
    {"up_write", Access::write, false, true, false},
    {"wait", Access::add, true, false, true},
    {"wake", Access::write, false, true, false},
    {"complete", Access::write, false, true, false},
    {"wait_complete", Access::read, true, false, true},
    {"begin_work", Access::write, true, false, true},
    {"end_work", Access::write, false, true, false},
    {"spawn", Access::none, false, true, false},
    {"choice", Access::none, false, false, false},
};

constexpr const OpTraits& traits(OpKind kind) { return kOpTraits[static_cast<int>(kind)]; }

using ObjectId = std::uint16_t;
inline constexpr ObjectId kNoObject = 0;

/// One visible operation: 16 bytes, copied into the record as it is.
/// [begin, end) is the part of the object that is touched (range locks: sectors); whole objects use
/// [0, 2^32-1).
struct Operation {
  OpKind kind = OpKind::read;
  Access access = Access::none;
  ObjectId object = kNoObject;
  std::uint32_t begin = 0;
  std::uint32_t end = 0xffffffffU;
  std::uint32_t value =
      0;  ///< outcome, for the record: the marked value read or written, 1 for a taken try-lock

  friend constexpr bool operator==(const Operation&, const Operation&) = default;
};

constexpr Operation operation(OpKind kind, ObjectId object) {
  return {kind, traits(kind).access, object};
}

constexpr bool conflicting(Access a, Access b) {
  if (a == Access::none || b == Access::none) return false;
  return a == Access::write || b == Access::write || a != b;
}

/// Going on after somebody else made it possible: the state changed in that other step, so only its
/// order with such steps can matter.
constexpr bool resumes(OpKind kind) {
  return kind == OpKind::granted || kind == OpKind::wait || kind == OpKind::wait_complete;
}

/// For reduction and trace identity: could the order of these two operations of different tasks
/// matter?
constexpr bool dependent(const Operation& a, const Operation& b) {
  if (a.object != b.object || a.object == kNoObject || !(a.begin < b.end && b.begin < a.end))
    return false;
  if (resumes(a.kind)) return traits(b.kind).releases;
  if (resumes(b.kind)) return traits(a.kind).releases;
  return conflicting(a.access, b.access);
}

/// For the race detector: does `later` see what `earlier` published? A dependence alone never
/// counts: an edge that exists only because two events are dependent must not hide a race. And
/// every such edge is a dependence, or equivalent executions would differ in their races: two
/// readers of a semaphore do not synchronise.
constexpr bool synchronises(const Operation& earlier, const Operation& later) {
  return dependent(earlier, later) && traits(earlier.kind).releases && traits(later.kind).acquires;
}

}  // namespace sim

/// Shared objects: whatever visible operations act on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/operation.hpp"
#include "sim/vector_clock.hpp"

namespace sim {

class Execution;
struct Record;
struct Task;
enum class Phase : std::uint8_t;

/// Who an object is, in words that do not depend on the order of independent steps: its class, and
/// either a number of the model's own (a folio index) with the name of what it belongs to, or its
/// creator and its count there.
struct ObjectName {
  const char* class_name;       ///< static storage; also the lock class
  const char* scope = nullptr;  ///< what it belongs to (a file); arena or static storage
  std::uint64_t instance = kAnonymous;

  static constexpr std::uint64_t kAnonymous = ~std::uint64_t{0};
};

/// Base of everything that a visible operation acts on. Lives in the arena; never destroyed.
class Object {
 public:
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  ObjectId id() const { return id_; }
  const char* class_name() const { return name_.class_name; }
  std::uint64_t instance() const { return name_.instance; }
  /// Who created it (ActorId; kNoActor: built before any task ran), and its count there.
  std::uint16_t creator() const { return creator_; }
  std::uint32_t born_number() const { return born_number_; }
  std::string name() const;
  /// The same once the execution is over; `record` is that execution's.
  std::string name(const Record& record) const;

  /// Asked of blocking operations only: can `task` carry out `op` now? Must not change anything.
  virtual bool can_proceed(const Task& task, const Operation& op) const;

  /// The tasks that could make `op` of `task` possible: holders of a lock, owners of the work
  /// waited for.
  virtual TaskMask providers(const Task& task, const Operation& op) const;

  /// Is the condition that a waiter sleeps for true (so that only a wake-up is missing)?
  virtual bool condition_holds(const Task& task) const;

  /// Order key of it held from unit `begin` on: a lock of its class may be taken above that only.
  virtual std::uint64_t order(std::uint32_t begin) const;

  /// What the race detector transfers; overridden where only a part of the object is acquired.
  virtual void synchronise(Task& task, const Operation& op);

 protected:
  /// `bytes`: its size, for the audit; what it holds is changed by visible operations.
  Object(const ObjectName& name, std::size_t bytes);
  ~Object() = default;

  Execution& execution() const;

 private:
  friend class Lockdep;

  static constexpr std::uint8_t kNoLockClass = 0xff;

  ObjectName name_;
  ObjectId id_;
  std::uint16_t creator_;      ///< ActorId; kNoActor: built before any task ran
  std::uint32_t born_number_;  ///< count within the creator
  mutable std::uint8_t lock_class_ = kNoLockClass;  ///< of this execution, once it is known
  Phase released_in_;      ///< slots of tasks are used again in the next phase, so their clocks end
                           ///< with it
  ReleaseClock released_;  ///< joined clocks of all releases
};

}  // namespace sim

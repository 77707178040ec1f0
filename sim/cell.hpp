/// Shared cells: every piece of shared state knows its guard. Plain cells (Guarded, Owned) are no
/// scheduling points and are watched by the race detector; marked cells (Marked) are the kernel's
/// READ_ONCE / WRITE_ONCE / atomics, and each access to them is a scheduling point.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "sim/execution.hpp"
#include "sim/race_detector.hpp"

namespace sim {

namespace detail {
/// Cells may be built outside an execution; then nothing is audited.
template <class T>
void audit_plain_cell(const AccessHistory& history, const T& value) {
  if (in_progress == nullptr) return;
  in_progress->audit_exempt(&history, sizeof(history));
  in_progress->audit_cell(&value, sizeof(value), history.name);
}
inline void audit_peek(const char* name) {
  if (in_progress != nullptr) in_progress->audit_peek(name);
}
}  // namespace detail

/// State that a lock protects. `Lock` offers `held_by(task, exclusive)`.
template <class T, class Lock>
class Guarded {
 public:
  template <class... Args>
  Guarded(const Lock& guard, const char* field, WatchMask parts, Args&&... args)
      : guard_(guard), history_{field}, parts_(parts), value_(std::forward<Args>(args)...) {
    detail::audit_plain_cell(history_, value_);
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  /// Needs the guard, shared or exclusive.
  const T& read() const {
    Execution& execution = current();
    plain_read(execution, history_, is_guarded(execution, false));
    return value_;
  }

  /// Needs the guard exclusively.
  T& write() {
    Execution& execution = current();
    plain_write(execution, history_, is_guarded(execution, true));
    execution.changed(parts_);
    execution.audit_write(&value_);
    return value_;
  }

  /// For invariants and reports, which run between steps: no access of the modelled kernel.
  const T& peek() const {
    detail::audit_peek(history_.name);
    return value_;
  }

 private:
  bool is_guarded(Execution& execution, bool exclusive) const {
    if (execution.running() == nullptr) return true;
    const bool held = guard_.held_by(execution.running_id(), exclusive);
    FSW_ASSERT(held || !execution.options().check_guards, history_.name);
    return held;
  }

  const Lock& guard_;
  mutable AccessHistory history_;
  WatchMask parts_;
  T value_;
};

/// State that one task uses at a time, handed over by synchronisation (a bio, a work item, a new
/// object before it is published). The race detector tells when the hand-over is missing.
template <class T>
class Owned {
 public:
  template <class... Args>
  Owned(const char* field, WatchMask parts, Args&&... args)
      : history_{field}, parts_(parts), value_(std::forward<Args>(args)...) {
    detail::audit_plain_cell(history_, value_);
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  const T& read() const {
    plain_read(current(), history_);
    return value_;
  }
  T& write() {
    Execution& execution = current();
    plain_write(execution, history_);
    execution.changed(parts_);
    execution.audit_write(&value_);
    return value_;
  }
  const T& peek() const {
    detail::audit_peek(history_.name);
    return value_;
  }

 private:
  mutable AccessHistory history_;
  WatchMask parts_;
  T value_;
};

/// What marked cells of all types have in common. An access is compiled into the model's own
/// functions, a twentieth of a step of P5; a model that is compiled without optimisation calls
/// those of the library (the extern templates below).
class MarkedCell : public Object {
 protected:
  /// `bytes`: of the whole cell; [value, value + value_bytes) is what it holds.
  MarkedCell(const ObjectName& name, std::size_t bytes, WatchMask parts, const void* value,
             std::size_t value_bytes);
  ~MarkedCell() = default;

  /// Others may run in here.
  Operation& perform(OpKind kind) const {
    return current().perform(operation(kind, id()), const_cast<MarkedCell*>(this));
  }
  void changed(const void* value) const {
    Execution& execution = current();
    execution.changed(parts_);
    execution.audit_write(value);
  }
  /// The access `op` acquires or releases as `kind` does.
  void synchronise_as(Operation op, OpKind kind);
  /// May an access happen here that is a part of the section's step?
  static void assert_leaf_section(Execution& execution);

 private:
  WatchMask parts_;
};

/// State accessed with marked accesses only. An access is one visible operation; it orders nothing
/// by itself except with the acquire and release forms.
template <class T>
class Marked final : public MarkedCell {
  static_assert(std::is_integral_v<T> || std::is_enum_v<T> || std::is_pointer_v<T>);

 public:
  Marked(const ObjectName& name, WatchMask parts, T value)
      : MarkedCell(name, sizeof(Marked), parts, &value_, sizeof(value_)), value_(value) {}

  T read_once() const {
    Operation& op = perform(OpKind::read);
    op.value = shown(value_);
    return value_;
  }
  void write_once(T value) {
    Operation& op = perform(OpKind::write);
    store(op, value);
  }
  /// A read by who holds a lock that every writer holds exclusively: it cannot change, so looking
  /// is no step. Where the lock is missing (a mutant), it is a read like any other.
  template <class Lock>
  T read_under(const Lock& lock) const {
    Execution& execution = current();
    if (execution.running() == nullptr || lock.held_by(execution.running_id(), false))
      return value_;
    FSW_ASSERT(!execution.options().check_guards, class_name());
    return read_once();
  }
  /// smp_load_acquire.
  T load_acquire() {
    Operation& op = perform(OpKind::read);
    synchronise_as(op, OpKind::lock);
    op.value = shown(value_);
    return value_;
  }
  /// smp_store_release.
  void store_release(T value) {
    Operation& op = perform(OpKind::write);
    synchronise_as(op, OpKind::unlock);
    store(op, value);
  }
  /// smp_store_release as the one marked access of a leaf spinlock section: no step of its own.
  /// Acquiring moves right and releasing moves left, so the section with it is still one step
  /// (Lipton, CACM 1975).
  void store_in_section(T value) {
    Execution& execution = current();
    assert_leaf_section(execution);
    execution.touch(*this, Access::write);
    synchronise_as(operation(OpKind::write, id()), OpKind::unlock);
    value_ = value;
    changed(&value_);
  }
  /// READ_ONCE as the one marked access of a leaf spinlock section, for the same reason.
  T load_in_section() const {
    Execution& execution = current();
    assert_leaf_section(execution);
    execution.touch(*this, Access::read);
    return value_;
  }
  /// A fully ordered read-modify-write: `value = change(value)`; returns the old value.
  template <class F>
  T update(F change) {
    Operation& op = perform(OpKind::update);
    synchronise_as(op, OpKind::section);
    const T old = value_;
    store(op, change(old));
    return old;
  }
  /// cmpxchg: succeeds as a write, fails as a read.
  bool compare_exchange(T expected, T desired) {
    Operation& op = perform(OpKind::update);
    if (value_ != expected) {
      op.access = Access::read;
      return false;
    }
    synchronise_as(op, OpKind::section);
    store(op, desired);
    return true;
  }

  T peek() const {
    detail::audit_peek(class_name());
    return value_;
  }

 private:
  /// For the record.
  static std::uint32_t shown(T value) {
    if constexpr (std::is_pointer_v<T>) {
      return 0;
    } else {
      return static_cast<std::uint32_t>(value);
    }
  }
  void store(Operation& op, T value) {
    op.value = shown(value);
    value_ = value;
    changed(&value_);
  }

  T value_;
};

extern template class Marked<bool>;
extern template class Marked<std::int32_t>;
extern template class Marked<std::uint32_t>;
extern template class Marked<std::uint64_t>;

}  // namespace sim

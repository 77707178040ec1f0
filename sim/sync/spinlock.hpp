/// spinlock_t. A section without another visible operation in it is one step: nobody can see it
/// half done. So are sections nested in it, as long as every lock is free when taken and none was
/// released before in the step: acquiring moves right and releasing moves left (Lipton, CACM 1975).
/// What that hides, two spinlocks taken in opposite orders, is found by the lock-order graph
/// instead.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "sim/object.hpp"
#include "sim/record.hpp"

namespace sim {

/// What a section does with the state that its lock protects. Sections that commute (two that only
/// look, two that only add to counters, two on disjoint ranges) need not be tried in both orders. A
/// section that declares less than it does is a mistake that no reduction can notice:
/// `Guarded::write` refuses it in a section that only reads. Such a section must be a leaf.
struct Section {
  static constexpr std::uint32_t kEnd = 0xffffffffU;

  Access access = Access::write;
  std::uint32_t begin = 0;
  std::uint32_t end = kEnd;

  bool whole() const { return begin == 0 && end == kEnd; }
  friend bool operator==(const Section&, const Section&) = default;
};

class spinlock final : public Object {
 public:
  explicit spinlock(const ObjectName& name);

  /// Visible: disabled while another task is inside a section that spans several steps.
  void lock(Section section = {});
  /// Silent if the section was a leaf, else visible.
  void unlock();

  bool held_by(TaskId task, bool exclusive) const {
    return owner_ == task && (!exclusive || section_.access != Access::read);
  }

  bool can_proceed(const Task& task, const Operation& op) const override;
  TaskMask providers(const Task& task, const Operation& op) const override;
  /// Sections that commute do not order what stands around them: in another execution they come in
  /// the other order.
  void synchronise(Task& task, const Operation& op) override;

 private:
  struct Released {
    Section section;
    ReleaseClock clock;
  };
  using ReleasedList = std::pmr::vector<Released>;

  ReleasedList::iterator parts_from(std::uint32_t begin);
  void join_conflicting(Task& task, const Section& section);
  void forget_all();
  Released& released_as(const Section& section);
  bool nests_silently(const Task& self, Access access) const;

  TaskId owner_ = kNoTask;
  Section section_;            ///< of the owner
  ReleasedList whole_;         ///< clocks of released sections of everything, one for each access
  ReleasedList parts_;         ///< of those of a part, by where they begin
  std::uint32_t longest_ = 0;  ///< of the parts
  Phase phase_;                ///< clocks of an earlier phase mean nothing in this one
  std::uint32_t locked_in_step_ = 0;
  bool nested_ = false;  ///< taken as a part of an outer section's step
};

/// Holds a spinlock for a scope. The scope must end before the task does; an abandoned fiber never
/// runs the destructor.
class spin_guard {
 public:
  explicit spin_guard(spinlock& lock, Section section = {}) : lock_(lock) { lock_.lock(section); }
  ~spin_guard() { lock_.unlock(); }
  spin_guard(const spin_guard&) = delete;
  spin_guard& operator=(const spin_guard&) = delete;

 private:
  spinlock& lock_;
};

}  // namespace sim

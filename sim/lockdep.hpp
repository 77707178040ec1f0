/// Lock order, tracked as lockdep does: an edge A -> B when B is taken or waited for while A is
/// held. Work owed counts as held by its owner, and waiting for it as taking it, so that waits
/// close cycles too.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/record.hpp"
#include "sim/task.hpp"

namespace sim {

class Execution;

class Lockdep {
  static constexpr std::uint8_t kMaxClasses = 64;

 public:
  void clear();

  /// `task` is about to take or wait for `lock` (`order` = key that allows nesting within one
  /// class, ascending). Reports a cycle as a finding the first time that it closes.
  void before_acquire(Execution& execution, Task& task, const Object& lock, std::uint64_t order);
  /// It is about to wait for somebody's `work`; nullptr: for no work in particular, at `object`.
  void before_wait(Execution& execution, Task& task, const Obligation* work, const Object& object);

  /// What is known of lock order.
  struct Mark {
    std::size_t classes = 0;
    std::array<std::uint64_t, kMaxClasses> after{};
  };
  void keep(Mark& mark) const;
  /// Forgets what was learnt since.
  void go_back_to(const Mark& mark);

 private:
  using ClassId = std::uint8_t;

  struct Edge {
    ActorId actor;
    const char* function;
  };

  ClassId class_of(const char* name);
  ClassId class_of(const Object& lock) {
    if (lock.lock_class_ == Object::kNoLockClass) lock.lock_class_ = class_of(lock.class_name());
    return lock.lock_class_;
  }
  void order_after_held(Execution& execution, Task& task, ClassId to, std::uint64_t order);
  void order(Execution& execution, const Task& task, ClassId from, ClassId to) {
    if ((after_[from] & (std::uint64_t{1} << to)) == 0) add_edge(execution, task, from, to);
  }
  void add_edge(Execution& execution, const Task& task, ClassId from, ClassId to);
  /// A way through the graph, each class at most once.
  using Path = InlineStack<ClassId, kMaxClasses>;

  bool reaches(ClassId from, ClassId to, std::uint64_t& seen, Path& path) const;
  std::string describe(const Execution& execution, const Path& cycle, unsigned first) const;

  std::vector<const char*> names_;
  std::array<std::uint64_t, kMaxClasses>
      after_{};              ///< bit t of after_[f]: t was taken while f was held
  std::vector<Edge> edges_;  ///< kMaxClasses x kMaxClasses, who made the edge first
};

}  // namespace sim

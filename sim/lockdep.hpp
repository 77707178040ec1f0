/// Lock order, tracked as lockdep does: an edge A -> B when B is taken or waited for while A is
/// held. Work owed counts as held by its owner, and waiting for it as taking it, so that waits
/// close cycles too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/record.hpp"
#include "sim/task.hpp"

namespace sim {

class Execution;

class Lockdep {
 public:
  void clear();

  /// `task` is about to take or wait for `class_name` (`order` = key that allows nesting within one
  /// class, ascending). Reports a cycle as a finding the first time that it closes.
  void before_acquire(Execution& execution, const Task& task, const char* class_name,
                      std::uint64_t order);

 private:
  using ClassId = std::uint8_t;
  static constexpr ClassId kMaxClasses = 64;

  struct Edge {
    ActorId actor;
    const char* function;
  };

  ClassId class_of(const char* name);
  void add_edge(Execution& execution, const Task& task, ClassId from, ClassId to);
  /// A way through the graph; each class at most once, and the first again at the end of a cycle.
  using Path = InlineStack<ClassId, kMaxClasses + 1>;

  bool reaches(ClassId from, ClassId to, std::uint64_t& seen, Path& path) const;
  std::string describe(const Execution& execution, const Path& path) const;

  std::vector<const char*> names_;
  std::uint64_t after_[kMaxClasses]{};  ///< bit t of after_[f]: t was taken while f was held
  std::vector<Edge> edges_;             ///< kMaxClasses x kMaxClasses, who made the edge first
};

}  // namespace sim

/// Beginnings of executions, told apart up to the order of independent steps: equal ones lead to
/// the same state, and whatever follows one may follow the other.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/explore/trace_id.hpp"

namespace sim {

struct PrefixClass {
  TraceId id;
  TaskMask moved = 0;  ///< who has gone on from here; bit = rank by path among the unfinished tasks
  std::uint32_t preemptions = 0;  ///< that it takes to get here, at least
  std::uint32_t enabled = 0;      ///< how many tasks could go on
};

class PrefixClasses {
 public:
  using Index = std::uint32_t;

  PrefixClasses();

  /// The class of that id, and whether it is a new one.
  std::pair<Index, bool> insert(const TraceId& id);
  PrefixClass& operator[](Index index) { return classes_[index]; }
  const std::vector<PrefixClass>& all() const { return classes_; }
  std::size_t bytes() const;

 private:
  std::size_t place_of(const TraceId& id) const;

  std::vector<PrefixClass> classes_;
  std::vector<Index> slots_;  ///< open addressing: index + 1; 0 is empty
};

}  // namespace sim

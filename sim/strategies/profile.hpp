/// What random strategies have to know of a program before they draw: how long its executions are
/// and who makes how many of the steps. Measured by a few executions that depend on the program
/// alone, so that it is the same whichever execution of whichever seed is asked for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/execution.hpp"
#include "sim/task.hpp"

namespace sim {

struct Profile {
  /// Steps of a task, and of all that it spawns, directly or not.
  struct Share {
    TaskPath path;
    std::uint32_t steps;
    std::vector<std::uint32_t> of_class;  ///< those on objects of each of `classes`
  };

  std::uint32_t steps = 1;           ///< explored ones of the longest execution; at least 1
  std::vector<Share> tasks;          ///< ordered by path
  std::vector<std::string> classes;  ///< of objects that more than one task acts on; ordered

  /// Zero for a task that was never met.
  std::uint32_t steps_of(TaskPath path) const;
  std::uint32_t steps_of(TaskPath path, std::size_t which_class) const;

 private:
  const Share* find(TaskPath path) const;
};

/// Runs `model` by the fixed order (no deadlock there) and a few times at random; of each count the
/// largest is kept.
Profile profile(Execution& execution, Model& model);

}  // namespace sim

/// The picture of an execution that commit messages use: time flows down, one column for each task,
/// functions nested by call depth, `--> effects`, `<labels>`, `(...)` for what is left out, the
/// consequence on a row of its own. ASCII and blanks only, never wider than 75 columns, so that it
/// can be pasted.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "sim/execution.hpp"

namespace sim {

struct DiagramOptions {
  /// Head of the column for an actor (Record::actor_name); actors with one head share a column, an
  /// empty head leaves the actor out. Without it every root task has its own column and all tasks
  /// born in the run share the last one.
  std::function<std::string(const std::string& actor_name)> column_of;
  /// Detail is dropped until the picture has no more rows, but never effects, findings or messages.
  std::size_t most_rows = 25;
};

/// Of an execution with a narrative. More than three columns become numbered prose, as kernel
/// developers do.
std::string diagram(const Execution& execution, const DiagramOptions& options = {});

}  // namespace sim

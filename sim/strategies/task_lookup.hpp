/// Tasks by the names that users write.
#pragma once

#include <string>
#include <string_view>

#include "sim/execution.hpp"

namespace sim {

struct TaskLookup {
  TaskId task = kNoTask;
  std::string error;  ///< where `task` is kNoTask: a sentence that names the tasks that exist
};

/// A task of the explored phase, unfinished or ended: by its full name, or by the end of it behind
/// a '>' if that names one task only. Of several the unfinished one is meant; if all ended, the
/// youngest.
TaskLookup find_task(const Execution& execution, std::string_view name);

}  // namespace sim

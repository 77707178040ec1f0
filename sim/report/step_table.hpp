/// The step table of an execution: who did what, which label was passed, and the counters beside
/// it. Plain ASCII.
#pragma once

#include <string>

#include "sim/execution.hpp"

namespace sim {

struct StepTableOptions {
  /// Runs of steps without a changed counter, label, note-worthy choice or finding become one line
  /// "... 7 steps".
  bool collapse = false;
  bool setup = true;
  bool teardown = true;
};

/// A counter that the step changed carries a `*`. A finding stands below its step, marked `!!`.
std::string step_table(const Execution& execution, const StepTableOptions& options = {});

}  // namespace sim

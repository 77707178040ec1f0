/// A finding for a reader: what it is, the sentence with this execution's numbers, where.
#pragma once

#include <string>

#include "sim/execution.hpp"

namespace sim {

/// "step 14, by kworker/endio-write", "before the first step", "step 30, after it".
std::string where_found(const Execution& execution, const Finding& finding);

/// Several lines, each ended; a deadlock has one line for each task and one for the cycle.
///
///     deadlock: no task can go on
///       writer waits for lock(b), which reader must provide
///       reader waits for lock(a), which writer must provide
///       cycle: writer -> reader -> writer
///       found at step 7
std::string finding_text(const Execution& execution, const Finding& finding);

}  // namespace sim

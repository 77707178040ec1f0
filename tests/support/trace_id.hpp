/// Which Mazurkiewicz trace an execution belongs to, computed from its recorded steps alone: the
/// yardstick that the searches are measured with, so it shares nothing with them but
/// sim::dependent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/record.hpp"

namespace testing {

/// Two executions of a model have equal ids iff they have the same explored events, with the same
/// outcomes and injected values, and order all dependent ones alike. An event is (path of its task,
/// index within the task).
std::vector<std::uint64_t> trace_id(const sim::Record& record);

/// Are two explored steps (indices into `record.steps`) dependent, by operation or by footprint?
bool dependent_events(const sim::Record& record, std::uint32_t a, std::uint32_t b);

}  // namespace testing

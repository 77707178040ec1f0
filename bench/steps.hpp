/// Goals that are ratios of CPU times: a step against a bare switch, an execution against none.
#pragma once

#include <string_view>

#include "bench/scoreboard.hpp"

namespace bench {

/// G1 to G4 with default checks, and with everything on; what else a step costs. False: a program
/// showed a finding, so that it was not the one to be measured.
bool measure_steps(Scoreboard& board, unsigned rounds);

/// One program alone beside the bare switch, for a profiler. False: none is named so.
bool measure_one(std::string_view name, unsigned rounds);

}  // namespace bench

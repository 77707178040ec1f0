/// Goals about memory and the kernel: what an engine holds on to while it runs.
#pragma once

#include "bench/scoreboard.hpp"

namespace bench {

/// Resident memory between 10^4 and 10^6 random executions (G11).
void measure_growth(Scoreboard& board);
/// Bytes for each event of the path that is being varied (G12).
void measure_path(Scoreboard& board);
/// System calls once all buffers have grown (G13).
void count_system_calls(Scoreboard& board);

}  // namespace bench

/// The same program searched to its end by SPIN and by this engine (V4, V5): whole processes in
/// turn, by wall time, SPIN's partial order reduction on, compilation left out on both sides.
#pragma once

#include <string_view>

#include "bench/scoreboard.hpp"

namespace bench {

/// Skipped with a reason where `spin` or `gcc` is not installed.
void compare_with_spin(Scoreboard& board, unsigned rounds);

/// What the engine's side runs: `program` as in the table of comparisons. False: none of that name,
/// or its number of executions is not the known one.
bool search_as_spin_does(std::string_view program);

}  // namespace bench

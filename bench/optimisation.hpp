/// What the compiler's optimisation is worth (G15): of the engine, and of a model that uses it.
#pragma once

#include "bench/scoreboard.hpp"

namespace bench {

void measure_optimisation(Scoreboard& board, unsigned rounds);

}  // namespace bench

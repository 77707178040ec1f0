/// Two copies of the engine in processes of their own against one (G14).
#pragma once

#include "bench/scoreboard.hpp"

namespace bench {

void measure_workers(Scoreboard& board, unsigned rounds);

}  // namespace bench

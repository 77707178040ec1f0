/// Goals that are counts: the same on every machine, however fast.
#pragma once

#include "bench/scoreboard.hpp"

namespace bench {

/// One execution for each Mazurkiewicz trace, none cut, on programs whose traces are known (G6).
void count_classes(Scoreboard& board);
/// Every interleaving once, and no scheduling point too many (G7).
void count_interleavings(Scoreboard& board);
/// How soon a random walk and PCT meet the bug of P2 (G8, G9).
void count_samples(Scoreboard& board);
/// How many preemptions the bugs of P2 and P3 need (G10).
void count_preemptions(Scoreboard& board);

}  // namespace bench

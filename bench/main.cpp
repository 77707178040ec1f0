/// The goals for the engine's speed, memory and counts, measured on the library as it ships. All
/// times are ratios to bare context switches, or to something else that ran in the same round.
#include <getopt.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "bench/exact.hpp"
#include "bench/footprint.hpp"
#include "bench/optimisation.hpp"
#include "bench/scoreboard.hpp"
#include "bench/spin.hpp"
#include "bench/steps.hpp"
#include "bench/workers.hpp"

namespace {

constexpr unsigned kRounds = 21;
constexpr unsigned kFewestRounds = 15;

int usage() {
  std::fputs(
      "usage: anchors [--rounds N] [--only NAME]\n"
      "  --rounds N   interleaved rounds, at least 15 (default 21)\n"
      "  --only NAME  one program against the bare switch, for a profiler: P5, P1(5), P1(9), "
      "btrfs\n"
      "exit status: 0 each goal that was measured is met, 1 one is missed\n",
      stderr);
  return 2;
}

bool measure_all(unsigned rounds) {
  bench::Scoreboard board;
  board.head("memory and system calls", "measured");
  bench::measure_growth(board);
  bench::measure_path(board);
  bench::count_system_calls(board);
  const bool as_expected = bench::measure_steps(board, rounds);
  board.head("side by side, by wall time", "median (quartiles)");
  bench::measure_workers(board, rounds);
  bench::measure_optimisation(board, rounds);
  bench::compare_with_spin(board, kFewestRounds);
  board.head("counts", "counted");
  bench::count_classes(board);
  bench::count_interleavings(board);
  bench::count_samples(board);
  bench::count_preemptions(board);
  board.sum_up();
  return as_expected && board.all_met();
}

}  // namespace

int main(int argc, char** argv) {
  constexpr option kOptions[] = {{"rounds", required_argument, nullptr, 'r'},
                                 {"only", required_argument, nullptr, 'o'},
                                 {"search", required_argument, nullptr, 's'},
                                 {}};
  unsigned rounds = kRounds;
  std::string_view only;
  for (int found = 0; (found = ::getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
    switch (found) {
      case 'r': rounds = static_cast<unsigned>(std::strtoul(optarg, nullptr, 10)); break;
      case 'o': only = optarg; break;
      case 's':  // the engine's side of a comparison of processes
        return bench::search_as_spin_does(optarg) ? EXIT_SUCCESS : EXIT_FAILURE;
      default: return usage();
    }
  }
  if (optind != argc || rounds < kFewestRounds) return usage();
  if (!only.empty()) return bench::measure_one(only, rounds) ? EXIT_SUCCESS : usage();
  return measure_all(rounds) ? EXIT_SUCCESS : EXIT_FAILURE;
}

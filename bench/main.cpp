/// The goals for the engine's speed, memory and counts, measured on the library as it ships. All
/// times are ratios to bare context switches, or to something else that ran in the same round.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "bench/exact.hpp"
#include "bench/footprint.hpp"
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
  board.not_measured("G15", "needs the library built twice, with -O2 and -O3");
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
  unsigned rounds = kRounds;
  std::string_view only;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view option = argv[i];
    if (i + 1 == argc) return usage();
    if (option == "--rounds") {
      rounds = static_cast<unsigned>(std::strtoul(argv[i + 1], nullptr, 10));
    } else if (option == "--only") {
      only = argv[i + 1];
    } else if (option == "--search") {  // the engine's side of a comparison of processes
      return bench::search_as_spin_does(argv[i + 1]) ? EXIT_SUCCESS : EXIT_FAILURE;
    } else {
      return usage();
    }
  }
  if (rounds < kFewestRounds) return usage();
  if (!only.empty()) return bench::measure_one(only, rounds) ? EXIT_SUCCESS : usage();
  return measure_all(rounds) ? EXIT_SUCCESS : EXIT_FAILURE;
}

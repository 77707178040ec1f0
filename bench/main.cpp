/// The goals for the engine's speed, memory and counts, measured on the library as it ships. All
/// times are ratios to bare context switches, or to something else that ran in the same round.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <CLI/CLI.hpp>

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
constexpr unsigned kMostRounds = 10'000;
constexpr int kUsageError = 2;

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
  CLI::App app("Measures the goals for the engine. Exit status 1: one of them is missed.",
               "anchors");
  unsigned rounds = kRounds;
  std::string only;
  std::string search;
  app.add_option("--rounds", rounds, "interleaved rounds")
      ->check(CLI::Range(kFewestRounds, kMostRounds))
      ->capture_default_str();
  app.add_option("--only", only,
                 "one program against the bare switch, for a profiler: P5, P1(5), P1(9), btrfs");
  app.add_option("--search", search)->group("");  // the engine's side of a comparison of processes
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : kUsageError;
  }
  if (!search.empty()) return bench::search_as_spin_does(search) ? EXIT_SUCCESS : EXIT_FAILURE;
  if (only.empty()) return measure_all(rounds) ? EXIT_SUCCESS : EXIT_FAILURE;
  if (bench::measure_one(only, rounds)) return EXIT_SUCCESS;
  std::fputs("--only: no program has that name (P5, P1(5), P1(9), btrfs)\n", stderr);
  return kUsageError;
}

#include "bench/workers.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "bench/engine_steps.hpp"
#include "bench/programs.hpp"

namespace bench {
namespace {

constexpr std::uint64_t kRuns = 30'000;
/// The processes do nothing but compute: if they have less of the processors than that, somebody
/// else had the rest, and their wall time says nothing.
constexpr double kOwnProcessors = 0.95;

double wall_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Timed {
  double wall = 0;
  double cpu = 0;  ///< of all processes together
};

/// Until the last of `count` processes has ended; each runs the same number of executions.
Timed time_of(unsigned count) {
  Timed timed;
  const double begin = wall_seconds();
  for (unsigned i = 0; i < count; ++i) {
    if (::fork() != 0) continue;
    LoadsAndStores p5(false);
    RandomSteps("P5", p5, kRuns).run();
    ::_exit(EXIT_SUCCESS);
  }
  struct rusage used {};
  while (::wait4(-1, nullptr, 0, &used) > 0) {
    timed.cpu += static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                 static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
  }
  timed.wall = wall_seconds() - begin;
  return timed;
}

}  // namespace

void measure_workers(Scoreboard& board, unsigned rounds) {
  if (std::thread::hardware_concurrency() < 2) {
    board.not_measured("G14", "needs two processors");
    return;
  }
  std::fflush(nullptr);
  std::vector<double> gains;
  std::vector<double> shares;  // of two processors, that the two processes had
  for (unsigned round = 0; round < rounds; ++round) {
    const Timed alone = time_of(1);
    const Timed both = time_of(2);
    gains.push_back(2 * alone.wall / both.wall);
    shares.push_back(both.cpu / both.wall / 2);
  }
  const double share = spread_of(shares).median;
  if (share < kOwnProcessors) {
    board.not_measured("G14", fmt::format("others work here: two processes had {:.0f} % of two "
                                          "processors",
                                          100 * share));
    return;
  }
  board.row("G14", "executions by wall time: of two processes / of one", spread_of(gains),
            {1.85, 1.95, true});
}

}  // namespace bench

#include "bench/footprint.hpp"

#include <malloc.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <optional>

#include "bench/programs.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "sim/strategies/random_walk.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/system_calls.hpp"

namespace bench {
namespace {

constexpr std::uint64_t kEndless = ~std::uint64_t{0};

double resident_mebibytes() {
  unsigned long long all = 0;
  unsigned long long resident = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  if (std::fscanf(file, "%llu %llu", &all, &resident) != 2) resident = 0;
  std::fclose(file);
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1048576;
}

double allocated_bytes() {
  const struct mallinfo2 now = ::mallinfo2();
  return static_cast<double>(now.uordblks + now.hblkhd);
}

/// Tasks with a variable of their own: a path without races, so that nothing is kept for later.
testing::Program strangers(unsigned tasks, unsigned accesses) {
  testing::Program program(tasks, 0);
  program.tasks(tasks, [accesses](unsigned i) -> testing::Program::Body {
    return [i, accesses](testing::Program& p) {
      for (unsigned k = 0; k < accesses; ++k) p.write(i, static_cast<int>(k));
    };
  });
  return program;
}

}  // namespace

void measure_growth(Scoreboard& board) {
  testing::Program p2 = testing::p2();
  sim::Execution execution;
  sim::RandomWalk walk({1, 0, kEndless});
  sim::ExploreOptions options;
  std::optional<double> before;
  options.max_runs = 1'000'000;
  options.progress = [&](const sim::SearchResult& so_far) {
    if (so_far.runs() == 10'000) before = resident_mebibytes();
    return true;
  };
  sim::explore(execution, p2, walk, options);
  board.row("G11", "MiB resident more after 10^6 random executions than 10^4",
            resident_mebibytes() - before.value_or(0), {1, 0.5});
}

void measure_path(Scoreboard& board) {
  constexpr unsigned kTasks = 16;
  constexpr unsigned kAccesses = 512;  // 8192 events: buffers that double are full
  testing::Program program = strangers(kTasks, kAccesses);
  sim::Execution execution;
  const double before = allocated_bytes();
  sim::OptimalDpor search;
  execution.run(program, search);
  const double all = allocated_bytes() - before;
  const auto arena = static_cast<double>(execution.arena().bytes_reserved());
  board.row("G12", "bytes for each event of a path of 8192 events of 16 tasks",
            (all - arena) / static_cast<double>(execution.step()), {256, 160});
}

void count_system_calls(Scoreboard& board) {
  LoadsAndStores p5(true);
  sim::Execution execution;
  sim::RandomWalk walk({1, 0, kEndless});
  const auto run = [&](unsigned executions) {
    for (unsigned i = 0; i < executions; ++i, walk.advance())
      execution.run_on(p5, walk, walk.shared());
  };
  run(1000);
  const std::optional<bool> makes_some = testing::makes_system_calls([&] { run(1000); });
  if (!makes_some) {
    board.not_measured("G13", "no seccomp filter is allowed here");
    return;
  }
  board.row("G13", "system calls in 1000 executions of P5 after the first 1000",
            *makes_some ? "some" : "none", !*makes_some);
}

}  // namespace bench

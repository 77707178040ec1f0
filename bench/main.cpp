/// What a step of the engine costs, as a multiple of a bare context switch on the same machine at
/// the same time.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bench/bare_switch.hpp"
#include "bench/engine_steps.hpp"
#include "bench/programs.hpp"
#include "bench/rounds.hpp"
#include "core/scenario/scenario.hpp"
#include "core/scenario/world.hpp"

namespace {

constexpr unsigned kRounds = 21;
constexpr unsigned kFewestRounds = 15;
constexpr std::uint64_t kSmallSteps = 300'000;
constexpr std::uint64_t kBtrfsSteps = 100'000;

/// Writeback of one dirty page against reclaim of it, on today's kernel.
constexpr const char* kWritebackAgainstReclaim = R"({
  "fsweave": 1,
  "source": "bench",
  "fs": { "type": "btrfs" },
  "setup": ["open -f foo", "pwrite 0 4k"],
  "tasks": { "flusher": ["writeback foo 0 4k"], "shrinker": ["reclaim foo 0 4k"] },
  "teardown": ["fsync", "umount"],
  "cases": [{ "name": "today", "search": "random", "expect": "unseen" }]
})";

int usage() {
  std::fputs(
      "usage: fsweave-bench [--rounds N] [--only NAME]\n"
      "  --rounds N   interleaved rounds, at least 15 (default 21)\n"
      "  --only NAME  one program, for a profiler: P5, P1(5) or btrfs\n",
      stderr);
  return 2;
}

/// Ratios to R and to H, each the median of the rounds with its quartiles.
void print_table(const std::vector<bench::Workload*>& workloads, unsigned rounds) {
  const std::vector<bench::Times> times = bench::measure(workloads, rounds);
  const auto ratio = [&](std::size_t of, std::size_t to) {
    const bench::Spread spread = bench::spread_of(bench::ratios(times[of], times[to]));
    return fmt::format("{:.1f} ({:.1f} .. {:.1f})", spread.median, spread.low, spread.high);
  };
  fmt::print("{:<44}{:>20}{:>20}\n", "CPU time of", "times R", "times H");
  for (std::size_t i = 0; i < workloads.size(); ++i)
    fmt::print("{:<44}{:>20}{:>20}\n", workloads[i]->name(), ratio(i, 0), ratio(i, 1));
  fmt::print(
      "Medians of {} interleaved rounds and their quartiles. A step is a switch, a random "
      "decision, "
      "its record,\nrace detector, lock order and invariants, with its share of building the "
      "execution and taking it down.\n",
      rounds);
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
    } else {
      return usage();
    }
  }
  if (rounds < kFewestRounds) return usage();

  const scenario::Scenario scenario =
      scenario::parse_scenario(kWritebackAgainstReclaim, "bench.json");
  bench::LoadsAndStores p5;
  bench::LockedIncrements p1;
  scenario::World btrfs(scenario, scenario::select_fixes(scenario, scenario.cases.front()));

  bench::BareSwitch bare_switch;
  bench::RandomHandOver hand_over;
  bench::EngineSteps steps[] = {{"P5: a step of 3 x 20 loads and stores", p5, kSmallSteps},
                                {"P1(5): a step of 2 x 5 locked increments", p1, kSmallSteps},
                                {"btrfs: a step of writeback against reclaim", btrfs, kBtrfsSteps}};
  std::vector<bench::Workload*> workloads{&bare_switch, &hand_over};
  for (bench::EngineSteps& engine : steps)
    if (engine.name().starts_with(only)) workloads.push_back(&engine);
  if (workloads.size() == 2) return usage();

  print_table(workloads, rounds);
  for (const bench::EngineSteps& engine : steps) {
    if (!engine.found_anything()) continue;
    fmt::print(stderr, "{}: a finding, so this was not the program that it should be\n",
               engine.name());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

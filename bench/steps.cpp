#include "bench/steps.hpp"

#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/bare_switch.hpp"
#include "bench/engine_steps.hpp"
#include "bench/programs.hpp"
#include "bench/record_alone.hpp"
#include "bench/state_machine.hpp"
#include "core/scenario/scenario.hpp"
#include "core/scenario/world.hpp"

namespace bench {
namespace {

constexpr std::uint64_t kSmallRuns = 5'000;
constexpr std::uint64_t kCheckedRuns = 300;
constexpr std::uint64_t kBtrfsRuns = 1'000;

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

Checks with_fingerprint() {
  Checks checks;
  checks.fingerprint = true;
  return checks;
}

/// All that is timed, in the order in which it runs in a round.
struct Workloads {
  LoadsAndStores p5{false};
  LoadsAndStores p5_checked{true};
  LockedIncrements p1_5{5};
  LockedIncrements p1_7{7};
  LockedIncrements p1_9{9};
  scenario::Scenario scenario = scenario::parse_scenario(kWritebackAgainstReclaim, "bench.json");
  scenario::World world{scenario, scenario::select_fixes(scenario, scenario.cases.front())};

  BareSwitch bare_switch;
  RandomHandOver hand_over;
  StateMachine state_machine;
  RecordAlone record_alone;
  RandomSteps p5_bare{"P5: random step", p5, kSmallRuns};
  RandomSteps p5_full{"P5: random step, traces counted", p5, kSmallRuns, with_fingerprint()};
  RandomSteps p5_invariants{"P5, 8 invariants: random step", p5_checked, kSmallRuns};
  RandomSteps p5_everything{"P5, 8 invariants: random step, everything on", p5_checked,
                            kCheckedRuns, Checks::everything()};
  RandomSteps p1_random{"P1(5): random step", p1_5, 3 * kSmallRuns};
  ExhaustiveSteps p1_all{"P1(9): step of an optimal search", p1_9};
  ExhaustiveSteps p1_everything{"P1(7): step of an optimal search, everything on", p1_7,
                                Checks::everything()};
  RandomSteps btrfs{"btrfs, writeback against reclaim: random step", world, kBtrfsRuns};

  std::vector<EngineSteps*> engine{&p5_bare,   &p5_full, &p5_invariants, &p5_everything,
                                   &p1_random, &p1_all,  &p1_everything, &btrfs};

  bool found_anything() const {
    for (const EngineSteps* steps : engine) {
      if (!steps->found_anything()) continue;
      fmt::print(stderr, "{}: a finding, so this was not the program that it should be\n",
                 steps->name());
      return true;
    }
    return false;
  }
};

/// CPU times of all workloads by round.
class Measured {
 public:
  Measured(const std::vector<Workload*>& workloads, unsigned rounds)
      : workloads_(workloads), times_(measure(workloads, rounds)) {}

  /// `units`: how many of the workload's make what is compared.
  Spread ratio(const Workload& of, const Workload& to, double units = 1) const {
    std::vector<double> quotients = ratios(times_of(of), times_of(to));
    for (double& quotient : quotients) quotient *= units;
    return spread_of(std::move(quotients));
  }

 private:
  const Times& times_of(const Workload& workload) const {
    std::size_t at = 0;
    while (workloads_[at] != &workload) ++at;
    return times_[at];
  }

  std::vector<Workload*> workloads_;
  std::vector<Times> times_;
};

std::vector<Workload*> all_of(Workloads& all) {
  std::vector<Workload*> workloads{&all.bare_switch, &all.hand_over, &all.state_machine,
                                   &all.record_alone};
  workloads.insert(workloads.end(), all.engine.begin(), all.engine.end());
  return workloads;
}

void show_goals(Scoreboard& board, const Workloads& all, const Measured& measured) {
  constexpr double kSteps = LoadsAndStores::kTasks * LoadsAndStores::kAccesses;
  const Workload& r = all.bare_switch;
  const Workload& h = all.hand_over;
  board.row("G1", "random step of P5, default checks / R", measured.ratio(all.p5_bare, r),
            {6, 4.5});
  board.row("G1", "the same / H", measured.ratio(all.p5_bare, h), {4, 2.8});
  board.row("G2", "the same, the trace of each execution identified / R",
            measured.ratio(all.p5_full, r), {9, 6.5});
  board.row("G2", "the same / H", measured.ratio(all.p5_full, h), {6, 4.1});
  board.aside("     everything on / R", measured.ratio(all.p5_everything, r));
  board.row("G3", "step of an optimal search of P1(9), default checks / R",
            measured.ratio(all.p1_all, r), {4, 2.5});
  board.aside("     P1(7), everything on / R", measured.ratio(all.p1_everything, r));
  board.row("G4", "execution of P5, default checks / SM",
            measured.ratio(all.p5_bare, all.state_machine, kSteps), {25, 18});
  board.aside("     everything on / SM",
              measured.ratio(all.p5_everything, all.state_machine, kSteps));
  board.not_measured("G5", "the engine always records; there is no execution to compare with");
  board.aside("     its record, written alone / random step of P5",
              measured.ratio(all.record_alone, all.p5_bare));
}

}  // namespace

bool measure_steps(Scoreboard& board, unsigned rounds) {
  Workloads all;
  const Measured measured(all_of(all), rounds);
  board.head(fmt::format("CPU time; medians of {} interleaved rounds", rounds),
             "median (quartiles)");
  show_goals(board, all, measured);
  board.aside("R, one way of a bare jump_fcontext / R",
              measured.ratio(all.bare_switch, all.bare_switch));
  board.aside("H, a bare hand-over drawn at random and recorded / R",
              measured.ratio(all.hand_over, all.bare_switch));
  for (const EngineSteps* steps : {&all.p5_invariants, &all.p1_random, &all.btrfs}) {
    board.aside(fmt::format("{} / R", steps->name()), measured.ratio(*steps, all.bare_switch));
    board.aside(fmt::format("{} / H", steps->name()), measured.ratio(*steps, all.hand_over));
  }
  return !all.found_anything();
}

bool measure_one(std::string_view name, unsigned rounds) {
  Workloads all;
  for (EngineSteps* steps : all.engine) {
    if (!steps->name().starts_with(name)) continue;
    const Measured measured({&all.bare_switch, steps}, rounds);
    Scoreboard().aside(fmt::format("{} / R", steps->name()),
                       measured.ratio(*steps, all.bare_switch));
    return !all.found_anything();
  }
  return false;
}

}  // namespace bench

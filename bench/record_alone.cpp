#include "bench/record_alone.hpp"

#include "bench/programs.hpp"
#include "sim/execution.hpp"
#include "sim/strategies/random_walk.hpp"

namespace bench {

RecordAlone::RecordAlone() {
  LoadsAndStores p5(false);
  sim::Execution execution;
  sim::RandomWalk walk({});
  execution.run(p5, walk);
  written_ = execution.record();
}

std::uint64_t RecordAlone::run() {
  constexpr std::uint64_t kRuns = 20'000;
  for (std::uint64_t i = 0; i < kRuns; ++i) {
    record_.clear();
    for (const sim::StepRecord& step : written_.steps)
      record_.steps.emplace_back(
          step.enabled, step.op, step.label, static_cast<std::uint32_t>(record_.footprint.size()),
          static_cast<std::uint32_t>(record_.choices.size()), step.actor, step.task, step.phase);
  }
  return kRuns * written_.steps.size();
}

}  // namespace bench

#include "bench/engine_steps.hpp"

#include "sim/explore/explorer.hpp"
#include "sim/explore/optimal_dpor.hpp"

namespace bench {

Checks Checks::everything() {
  Checks checks;
  checks.fingerprint = true;
  checks.options.check_guards = true;
  checks.options.audit = true;
  return checks;
}

std::uint64_t EngineSteps::explore(sim::Search& search, std::uint64_t runs) {
  std::uint64_t steps = 0;
  sim::ExploreOptions options;
  options.max_runs = runs;
  options.count_traces = checks_.fingerprint;
  options.progress = [&](const sim::SearchResult&) {
    steps += execution_.step();
    return true;
  };
  const sim::SearchResult result = sim::explore(execution_, model_, search, options);
  if (result.exhausted) steps += execution_.step();  // the last execution is followed by no call
  found_anything_ = found_anything_ || !result.findings.empty();
  return steps;
}

std::uint64_t ExhaustiveSteps::run() {
  sim::OptimalDpor search;
  return explore(search, 0);
}

}  // namespace bench

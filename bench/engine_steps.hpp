/// Steps of the engine as it ships: switch, decision of a random walk, record, race detector, lock
/// order and invariants. Creation and tear-down of the executions are part of the time.
#pragma once

#include <string_view>

#include "bench/rounds.hpp"
#include "sim/execution.hpp"
#include "sim/strategies/random_walk.hpp"

namespace bench {

class EngineSteps final : public Workload {
 public:
  /// `steps` to run for at least in a round.
  EngineSteps(std::string_view name, sim::Model& model, std::uint64_t steps);

  std::string_view name() const override { return name_; }
  /// Counts steps of all phases. Every round goes on with the next executions of seed 1.
  std::uint64_t run() override;

  bool found_anything() const { return found_anything_; }

 private:
  std::string_view name_;
  sim::Model& model_;
  std::uint64_t steps_;
  sim::Execution execution_;
  sim::RandomWalk walk_;
  bool found_anything_ = false;
};

}  // namespace bench

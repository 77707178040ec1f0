/// Random walk: at each scheduling point every enabled task is equally likely, and so is every
/// value of a choice. Guarantee: none beyond p(execution) = product of 1/|enabled|, which favours
/// executions whose tasks end early.
#pragma once

#include "sim/strategies/sampling.hpp"

namespace sim {

class RandomWalk final : public Sampling {
 public:
  explicit RandomWalk(const SampleRange& range) : Sampling(range) {}

  TaskId next_task(const Execution& execution) override;
};

}  // namespace sim

/// POS, partial order sampling (Yuan, Yang, Gu, CAV 2018): every pending step has a random priority
/// of its own and the highest enabled one runs. A step draws a new priority where it matters: for
/// what its task does next, and for the pending steps that it raced with (enabled with it and
/// dependent on it, be it that they lost a lock to it). The others keep theirs, so that the order
/// of independent steps does not thin out the orders of dependent ones.
///
/// Guarantee: every trace has a positive probability, as a rule much less uneven than a random
/// walk's; for p tasks of one step each on one object every order has 1/p!.
///
/// What a pending step will touch is its announced operation; what it turns out to touch besides is
/// not known in advance.
#pragma once

#include "sim/strategies/sampling.hpp"

namespace sim {

class Pos final : public Sampling {
 public:
  explicit Pos(const SampleRange& range) : Sampling(range) {}

  TaskId next_task(const Execution& execution) override;

 private:
  void redraw(const Execution& execution);

  std::uint64_t priority_[kMaxTasks]{};  ///< of each task's pending step
};

}  // namespace sim

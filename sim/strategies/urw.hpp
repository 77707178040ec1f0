/// URW, uniform random walk (Zhao, Wolff, Mathur, Roychoudhury, "Selectively Uniform Concurrency
/// Testing", ASPLOS 2025): an enabled task is as likely as the number of steps that it has left,
/// those of tasks that it will spawn included.
///
/// Guarantee: if nothing blocks and the counts are exact, every interleaving is equally likely.
/// Counts come from a profile; wrong ones cost uniformity only, since every enabled task weighs at
/// least 1.
#pragma once

#include "sim/strategies/profile.hpp"
#include "sim/strategies/sampling.hpp"

namespace sim {

class Urw final : public Sampling {
 public:
  Urw(const SampleRange& range, Profile profile) : Sampling(range), profile_(std::move(profile)) {}

  TaskId next_task(const Execution& execution) override;

 private:
  Profile profile_;
  std::uint32_t left_[kMaxTasks]{};  ///< steps, with those of children not born yet
};

}  // namespace sim

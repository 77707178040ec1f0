#include "sim/strategies/portfolio.hpp"

namespace sim {

Portfolio::Portfolio(const SampleRange& range, std::uint32_t steps)
    : Sampling(range),
      without_preemption_(range, 0, steps),
      one_preemption_(range, 1, steps),
      two_preemptions_(range, 2, steps),
      pct_(range, Pct::Depths{}, steps),
      walk_(range) {}

Sampling& Portfolio::member_for(std::uint64_t number) {
  if (number < 8) return without_preemption_;
  if (number < 64) return one_preemption_;
  if (number < 256) return two_preemptions_;
  if (number % 2 == 0) return pct_;
  return walk_;
}

void Portfolio::begin(const Execution& execution) {
  member_ = &member_for(number());
  member_->go_to(number());
  member_->begin(execution);
}

}  // namespace sim

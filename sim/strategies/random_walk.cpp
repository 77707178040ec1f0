#include "sim/strategies/random_walk.hpp"

namespace sim {

TaskId RandomWalk::next_task(const Execution& execution) {
  return any_of(execution, execution.enabled());
}

}  // namespace sim

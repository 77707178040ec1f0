#include "bench/engine_steps.hpp"

namespace bench {

EngineSteps::EngineSteps(std::string_view name, sim::Model& model, std::uint64_t steps)
    : name_(name), model_(model), steps_(steps), walk_({1, 0, ~std::uint64_t{0}}) {}

std::uint64_t EngineSteps::run() {
  std::uint64_t done = 0;
  while (done < steps_) {
    execution_.run(model_, walk_);
    done += execution_.step();
    found_anything_ = found_anything_ || !execution_.findings().empty();
    walk_.advance();
  }
  return done;
}

}  // namespace bench

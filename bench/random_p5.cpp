/// A random walk of P5 as a process, so that builds of it can be compared (G15).
#include <cstdlib>

#include "bench/engine_steps.hpp"
#include "bench/programs.hpp"

int main() {
  constexpr std::uint64_t kRuns = 20'000;
  bench::LoadsAndStores p5(false);
  bench::RandomSteps steps("P5", p5, kRuns);
  steps.run();
  return steps.found_anything() ? EXIT_FAILURE : EXIT_SUCCESS;
}

#include "sim/fiber.hpp"

#include <doctest/doctest.h>

#include "sim/execution.hpp"
#include "sim/strategies/depth_first.hpp"
#include "tests/support/exit_code.hpp"
#include "tests/support/programs.hpp"

namespace {

using testing::exit_code_of;

unsigned recurse(unsigned depth) {
  volatile char frame[512];
  frame[0] = static_cast<char>(depth);
  if (depth == 0) return static_cast<unsigned>(frame[0]);
  const unsigned below = recurse(depth - 1);
  return below + static_cast<unsigned>(frame[0]);
}

void run_recursion(unsigned depth) {
  testing::Start model(
      [depth](sim::Execution& execution) { execution.spawn("deep", [depth] { recurse(depth); }); });
  sim::Execution execution;
  sim::DepthFirst search;
  execution.run(model, search);
}

}  // namespace

TEST_CASE("A task has room for calls of a sensible depth") {
  CHECK(exit_code_of([] { run_recursion(50); }) == 0);
}

#if !defined(__SANITIZE_ADDRESS__)
TEST_CASE("A task that overflows its stack hits the guard page and ends the process with 70") {
  CHECK(exit_code_of([] { run_recursion(100'000); }) == 70);
}
#endif

TEST_CASE("A failed assertion ends the process with 70") {
  CHECK(exit_code_of([] { sim::current(); }) == 70);
}

TEST_CASE("A pool hands out the same stacks again after a reset") {
  sim::StackPool pool(std::size_t{64} << 10);
  const auto first = pool.take();
  const auto second = pool.take();
  CHECK(first.bottom != second.bottom);
  pool.reset();
  CHECK(pool.take().bottom == first.bottom);
  CHECK(pool.take().bottom == second.bottom);
}

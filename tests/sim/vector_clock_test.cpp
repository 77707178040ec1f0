#include "sim/vector_clock.hpp"

#include <algorithm>
#include <memory_resource>
#include <vector>

#include <doctest/doctest.h>

#include "sim/random.hpp"

namespace {

using sim::kMaxTasks;
using sim::ReleaseClock;
using sim::TaskId;
using sim::VectorClock;

std::vector<std::uint32_t> values(std::span<const std::uint32_t> ticks) {
  std::vector<std::uint32_t> all(ticks.begin(), ticks.end());
  all.resize(kMaxTasks, 0);
  return all;
}

}  // namespace

TEST_SUITE("vector clocks") {
  TEST_CASE("A release clock is the greatest of all that was joined to it, however wide") {
    std::pmr::monotonic_buffer_resource memory;
    sim::Random random(20261130);
    for (int round = 0; round < 200; ++round) {
      CAPTURE(round);
      ReleaseClock joined;
      std::vector<std::uint32_t> greatest(kMaxTasks, 0);
      for (int release = 0; release < 6; ++release) {
        VectorClock clock;
        for (unsigned i = random.below(4); i > 0; --i) {
          const auto task = static_cast<TaskId>(random.below(kMaxTasks));
          clock.set(task, 1 + random.below(9));
        }
        joined.join(clock, memory);
        for (TaskId task = 0; task < kMaxTasks; ++task)
          greatest[task] = std::max(greatest[task], clock[task]);
        CHECK(values(joined.ticks()) == greatest);
      }
    }
  }

  TEST_CASE("A release clock that is cleared remembers nothing of what it held") {
    std::pmr::monotonic_buffer_resource memory;
    ReleaseClock joined;
    VectorClock wide;
    for (TaskId task = 0; task < 7; ++task) wide.set(task, 5);
    joined.join(wide, memory);
    joined.clear();
    CHECK(joined.ticks().empty());
    VectorClock last;
    last.set(6, 2);
    joined.join(last, memory);
    CHECK(values(joined.ticks()) == values(last.ticks()));
  }
}

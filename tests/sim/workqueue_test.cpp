#include "sim/sync/workqueue.hpp"

#include <doctest/doctest.h>

#include "tests/support/findings.hpp"

namespace {

using sim::Execution;
using sim::Marked;
using sim::ObjectName;

/// How many items at most were inside at once, over all interleavings of `items` items.
int most_at_once(std::uint32_t max_active, int items) {
  int most = 0;
  int* most_seen = &most;
  const testing::Search found = testing::search([=](Execution& e) {
    auto* queue = &e.make<sim::workqueue>(ObjectName{"queue"}, "kworker", max_active);
    auto* inside = &e.make<Marked<int>>(ObjectName{"inside"}, 1U, 0);
    e.spawn("submitter", [=] {
      for (int i = 0; i < items; ++i)
        queue->queue_work([=] {
          const int others = inside->update([](int n) { return n + 1; });
          if (others + 1 > *most_seen) *most_seen = others + 1;
          inside->update([](int n) { return n - 1; });
        });
    });
  });
  CHECK(found.difference == "");
  CHECK(found.all.complete);
  CHECK(found.all.deadlocks == 0);
  return most;
}

}  // namespace

TEST_CASE("A workqueue runs as many items at once as it may, and no more") {
  CHECK(most_at_once(1, 2) == 1);
  CHECK(most_at_once(2, 2) == 2);
  CHECK(most_at_once(2, 3) == 2);
  CHECK(most_at_once(0, 3) == 3);
}

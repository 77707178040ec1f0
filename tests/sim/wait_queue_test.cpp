#include "sim/sync/wait_queue.hpp"

#include <doctest/doctest.h>

#include "tests/support/findings.hpp"

namespace {

using sim::Execution;
using sim::FindingKind;
using sim::Marked;
using sim::ObjectName;

struct World {
  Marked<int>& flag;
  sim::wait_queue& queue;
};

using Body = void (*)(World&);

testing::Search search_with(Body waker, Body second_waker = nullptr) {
  return testing::search([=](Execution& e) {
    World* world = &e.make<World>(World{e.make<Marked<int>>(ObjectName{"flag"}, 1U, 0),
                                        e.make<sim::wait_queue>(ObjectName{"queue"})});
    e.spawn("waiter",
            [=] { world->queue.wait_event(world->flag, [](int flag) { return flag != 0; }); });
    e.spawn("waker", [=] { waker(*world); });
    if (second_waker != nullptr) e.spawn("waker2", [=] { second_waker(*world); });
  });
}

}  // namespace

TEST_CASE("Condition first, then wake-up: no interleaving loses it") {
  const testing::Search found = search_with([](World& w) {
    w.flag.store_release(1);
    w.queue.wake_up_all();
  });
  CHECK(found.difference == "");
  CHECK(found.all.findings().empty());
  CHECK(found.all.traces.size() > 1);
}

TEST_CASE("A wake-up before its condition is lost in some interleaving") {
  const testing::Search found = search_with([](World& w) {
    w.queue.wake_up_all();
    w.flag.store_release(1);
  });
  CHECK(found.difference == "");
  CHECK(found.shows(FindingKind::lost_wakeup));
  CHECK(found.all.deadlocks < found.all.executions);
}

TEST_CASE("A condition that comes true without a wake-up leaves the sleeper asleep") {
  const testing::Search found = search_with([](World& w) { w.flag.store_release(1); });
  CHECK(found.difference == "");
  CHECK(found.shows(FindingKind::lost_wakeup));
}

TEST_CASE("A wake-up without its condition puts the sleeper back to sleep") {
  const testing::Search found = search_with([](World& w) { w.queue.wake_up_all(); });
  CHECK(found.difference == "");
  CHECK(found.all.deadlocks == found.all.executions);
  CHECK_FALSE(found.shows(FindingKind::lost_wakeup));
  CHECK(found.shows(FindingKind::deadlock));
}

TEST_CASE("Two wakers: the second wake-up may come before or after the sleeper goes on") {
  const Body waker = [](World& w) {
    w.flag.store_release(1);
    w.queue.wake_up_all();
  };
  const testing::Search found = search_with(waker, waker);
  CHECK(found.difference == "");
  CHECK(found.all.findings().empty());
}

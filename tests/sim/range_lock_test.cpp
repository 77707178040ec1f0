#include "sim/sync/range_lock.hpp"

#include <doctest/doctest.h>

#include "sim/sync/completion.hpp"
#include "tests/support/findings.hpp"

namespace {

using sim::Execution;
using sim::FindingKind;
using sim::ObjectName;
using sim::range_lock;

using Body = void (*)(range_lock&, sim::completion&);

testing::Search search_with(Body first, Body second) {
  return testing::search([=](Execution& e) {
    auto* range = &e.make<range_lock>(ObjectName{"io_tree"});
    auto* done = &e.make<sim::completion>(ObjectName{"done"});
    e.spawn("first", [=] { first(*range, *done); });
    e.spawn("second", [=] { second(*range, *done); });
  });
}

}  // namespace

TEST_CASE("Locks of disjoint ranges are independent, of overlapping ones ordered both ways") {
  const Body low = [](range_lock& r, sim::completion&) {
    r.lock(0, 4);
    r.unlock(0, 4);
  };
  const Body high = [](range_lock& r, sim::completion&) {
    r.lock(4, 8);
    r.unlock(4, 8);
  };
  const Body middle = [](range_lock& r, sim::completion&) {
    r.lock(3, 5);
    r.unlock(3, 5);
  };
  CHECK(search_with(low, high).all.traces.size() == 1);
  CHECK(search_with(low, middle).all.traces.size() == 2);
  CHECK(search_with(low, middle).difference == "");
}

TEST_CASE("Unlocking a part frees that part only") {
  const Body part = [](range_lock& r, sim::completion& done) {
    r.lock(0, 8);
    r.unlock(2, 4);
    done.complete();
    CHECK(r.is_locked(0, 2));
    CHECK(r.is_locked(4, 8));
  };
  CHECK_FALSE(search_with(part, [](range_lock& r, sim::completion& done) {
                done.wait_for_completion();
                r.lock(2, 4);
                r.unlock(2, 4);
              }).shows(FindingKind::deadlock));
  const testing::Search blocked = search_with(part, [](range_lock& r, sim::completion& done) {
    done.wait_for_completion();
    r.lock(3, 5);
  });
  CHECK(blocked.difference == "");
  CHECK(blocked.all.deadlocks == blocked.all.executions);
}

TEST_CASE("A range that was handed on is unlocked by its new owner, who is named in a deadlock") {
  const testing::Search found = testing::search([](Execution& e) {
    auto* range = &e.make<range_lock>(ObjectName{"io_tree"});
    e.spawn("reader", [=] {
      range->lock(0, 8);
      const sim::TaskId bio = sim::current().spawn("bio", [=] { range->unlock(0, 8); });
      range->hand_to(bio, 0, 8);
      range->lock(0, 4);
      range->unlock(0, 4);
    });
  });
  CHECK(found.difference == "");
  CHECK(found.all.findings().empty());
}

TEST_CASE("A try-lock takes all of its range or nothing") {
  const testing::Search found = search_with(
      [](range_lock& r, sim::completion&) {
        r.lock(0, 4);
        r.unlock(0, 4);
      },
      [](range_lock& r, sim::completion&) {
        if (r.try_lock(2, 6)) {
          r.unlock(2, 6);
        } else if (!r.try_lock(4, 6)) {
          sim::current().report(FindingKind::invariant, "partial",
                                "the failed attempt kept something");
        }
      });
  CHECK(found.difference == "");
  CHECK(found.all.findings().empty());
}

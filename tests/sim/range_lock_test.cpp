#include "sim/sync/range_lock.hpp"

#include <doctest/doctest.h>

#include "sim/cell.hpp"
#include "sim/sync/completion.hpp"
#include "tests/support/exit_code.hpp"
#include "tests/support/findings.hpp"

namespace {

using sim::Execution;
using sim::FindingKind;
using sim::Marked;
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

// Two that hold parts at once and wait for each other: who wants it all comes before both or after
// both, and the order with one of them alone cannot be turned around.
TEST_CASE("Who wants all that two others hold comes before both of them, too") {
  struct World {
    range_lock& range;
    Marked<int>& written;
    sim::completion& low_is_locked;
    sim::completion& high_is_locked;
  };
  const auto found = [](bool unlocked_by_a_third) {
    return testing::search([=](Execution& e) {
      auto* w = &e.make<World>(World{e.make<range_lock>(ObjectName{"io_tree"}),
                                     e.make<Marked<int>>(ObjectName{"written"}, 1U, 0),
                                     e.make<sim::completion>(ObjectName{"low"}),
                                     e.make<sim::completion>(ObjectName{"high"})});
      const auto look = [w] {
        if (w->written.read_once() != 0)
          sim::current().report(FindingKind::invariant, "seen", "whole came first");
      };
      e.spawn("low", [=] {
        w->range.lock(0, 2);
        w->low_is_locked.complete();
        if (unlocked_by_a_third) return;
        w->high_is_locked.wait_for_completion();
        look();
        w->range.unlock(0, 2);
      });
      e.spawn("whole", [=] {
        w->range.lock(0, 4);
        w->written.write_once(1);
        w->range.unlock(0, 4);
      });
      e.spawn("high", [=] {
        w->range.lock(2, 4);
        w->high_is_locked.complete();
        if (unlocked_by_a_third) return;
        w->low_is_locked.wait_for_completion();
        w->range.unlock(2, 4);
      });
      if (!unlocked_by_a_third) return;
      e.spawn("bio", [=] {
        w->low_is_locked.wait_for_completion();
        w->high_is_locked.wait_for_completion();
        look();
        w->range.unlock(0, 4);
      });
    });
  };
  for (const bool unlocked_by_a_third : {false, true}) {
    CAPTURE(unlocked_by_a_third);
    const testing::Search result = found(unlocked_by_a_third);
    CHECK(result.difference == "");
    CHECK(result.all.traces.size() == 2);
    CHECK(result.shows(FindingKind::invariant));
  }
}

TEST_CASE("Parts that are never unlocked are taken after the whole, too") {
  const testing::Search found = testing::search([](Execution& e) {
    auto* range = &e.make<range_lock>(ObjectName{"io_tree"});
    e.spawn("low", [=] { range->lock(0, 1); });
    e.spawn("whole", [=] {
      range->lock(0, 2);
      range->unlock(0, 2);
    });
    e.spawn("high", [=] { range->lock(1, 2); });
  });
  CHECK(found.difference == "");
  CHECK(found.all.traces.size() == 2);
}

// To hand a lock on is no step: a task that runs already would see it or not, whatever the search.
TEST_CASE("A lock is handed to a task only in the step of its birth, by who holds it") {
  const auto ends_with = [](bool takes, bool waits) {
    return testing::exit_code_of([=] {
      static_cast<void>(testing::search([=](Execution& e) {
        auto* range = &e.make<range_lock>(ObjectName{"io_tree"});
        auto* folio = &e.make<sim::bit_lock>(ObjectName{"PG_locked"});
        e.spawn("reader", [=] {
          if (takes) range->lock(0, 8);
          folio->lock();
          const sim::TaskId bio = sim::current().spawn("bio", [=] {
            range->test(0, 8);
            folio->unlock();
          });
          if (waits) range->test(0, 8);
          if (takes) range->hand_to(bio, 0, 8);
          folio->hand_to(bio);
        });
      }));
    });
  };
  CHECK(ends_with(true, false) == 0);
  CHECK(ends_with(false, false) == 0);
  CHECK(ends_with(true, true) == 70);
  CHECK(ends_with(false, true) == 70);
}

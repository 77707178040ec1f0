#include "sim/sync/spinlock.hpp"

#include <doctest/doctest.h>

#include "sim/strategies/depth_first.hpp"
#include "tests/support/findings.hpp"

namespace {

using sim::Execution;
using sim::Marked;
using sim::ObjectName;
using sim::spinlock;

struct World {
  spinlock& outer;
  spinlock& inner;
  Marked<int>& flag;
};

using Body = void (*)(World&);

testing::Start model_of(std::vector<Body> bodies) {
  return testing::Start([bodies = std::move(bodies)](Execution& e) {
    World* world = &e.make<World>(World{e.make<spinlock>(ObjectName{"outer"}),
                                        e.make<spinlock>(ObjectName{"inner"}),
                                        e.make<Marked<int>>(ObjectName{"flag"}, 1U, 0)});
    for (const Body body : bodies) e.spawn("task", [=] { body(*world); });
  });
}

std::size_t steps_of(Body body) {
  testing::Start model = model_of({body});
  Execution execution;
  sim::DepthFirst first;
  CHECK(execution.run(model, first) == sim::Ending::quiescent);
  return execution.record().steps.size();
}

std::string difference_of(std::vector<Body> bodies, std::size_t& deadlocks) {
  testing::Start model = model_of(std::move(bodies));
  const testing::Explored all = testing::brute_force(model, 100'000);
  deadlocks = all.deadlocks;
  sim::OptimalDpor exhaustive;
  return testing::difference(all, testing::explore_all(model, exhaustive, 100'000));
}

void leaf(World& w) { const sim::spin_guard guard(w.inner); }
void nested(World& w) {
  const sim::spin_guard outer(w.outer);
  const sim::spin_guard inner(w.inner);
}
void spanning(World& w) {
  const sim::spin_guard guard(w.inner);
  w.flag.write_once(1);
}
void nested_spanning(World& w) {
  const sim::spin_guard outer(w.outer);
  const sim::spin_guard inner(w.inner);
  w.flag.write_once(2);
}

}  // namespace

TEST_CASE("A leaf section is one step, with a visible operation in it three") {
  CHECK(steps_of(leaf) == 1);
  CHECK(steps_of(nested) == 1);
  CHECK(steps_of(spanning) == 3);
  CHECK(steps_of(nested_spanning) == 4);
}

TEST_CASE("Nested sections lose nothing under reduction, whoever else is inside") {
  std::size_t deadlocks = 0;
  for (const std::vector<Body>& bodies : {std::vector<Body>{nested, spanning},
                                          {nested_spanning, leaf},
                                          {nested_spanning, spanning},
                                          {nested, nested, spanning},
                                          {nested_spanning, nested, leaf}}) {
    CHECK(difference_of(bodies, deadlocks) == "");
    CHECK(deadlocks == 0);
  }
}

TEST_CASE("A section spanning steps keeps others out") {
  std::size_t deadlocks = 0;
  CHECK(difference_of({[](World& w) {
                         w.inner.lock();
                         w.flag.write_once(1);
                       },
                       leaf},
                      deadlocks) == "");
  CHECK(deadlocks > 0);
}

// "holder" takes "second" inside the section of "first" and keeps it, until it deadlocks with
// itself.
TEST_CASE("A spinlock is not tried while a section that began inside another holds it") {
  testing::Start model([](Execution& e) {
    auto* first = &e.make<spinlock>(ObjectName{"first"});
    auto* second = &e.make<spinlock>(ObjectName{"second"});
    auto* third = &e.make<spinlock>(ObjectName{"third"});
    e.spawn("other", [=] {
      first->lock();
      second->lock();
      first->unlock();
      second->unlock();
    });
    e.spawn("holder", [=] {
      first->lock();
      second->lock();
      first->unlock();
      third->lock();
      second->lock();
    });
  });
  const testing::Explored all = testing::brute_force(model, 1000);
  sim::OptimalDpor search;
  const testing::Explored optimal = testing::explore_all(model, search, 1000);
  CHECK(testing::difference(all, optimal) == "");
  CHECK(optimal.redundant == 0);
}

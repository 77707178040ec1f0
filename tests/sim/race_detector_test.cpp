#include <iterator>

#include <doctest/doctest.h>

#include "sim/strategies/depth_first.hpp"
#include "sim/sync/completion.hpp"
#include "sim/sync/range_lock.hpp"
#include "sim/sync/rw_semaphore.hpp"
#include "sim/sync/spinlock.hpp"
#include "sim/sync/wait_queue.hpp"
#include "tests/support/findings.hpp"

namespace {

using sim::Execution;
using sim::FindingKind;
using sim::Marked;
using sim::ObjectName;
using sim::Owned;

struct World {
  Owned<int>& cell;
  Marked<int>& flag;
  Marked<int>& step;  ///< an operation that a plain access can follow
  sim::mutex& lock;
  sim::rw_semaphore& semaphore;
  sim::completion& done;
  sim::wait_queue& queue;
};

World& make_world(Execution& e) {
  return e.make<World>(World{
      e.make<Owned<int>>("cell", 1U, 0), e.make<Marked<int>>(ObjectName{"flag"}, 1U, 0),
      e.make<Marked<int>>(ObjectName{"step"}, 1U, 0), e.make<sim::mutex>(ObjectName{"lock"}),
      e.make<sim::rw_semaphore>(ObjectName{"rwsem"}), e.make<sim::completion>(ObjectName{"done"}),
      e.make<sim::wait_queue>(ObjectName{"queue"})});
}

using Body = void (*)(World&);

/// Runs both tasks in every interleaving: does the detector see them race?
bool race(Body first, Body second) {
  const testing::Search found = testing::search([=](Execution& execution) {
    World* world = &make_world(execution);
    execution.spawn("first", [=] { first(*world); });
    execution.spawn("second", [=] { second(*world); });
  });
  CHECK(found.difference == "");
  return found.shows(FindingKind::data_race);
}

void increment_alone(World& w) {
  w.step.read_once();
  w.cell.write() += 1;
}
void read_alone(World& w) {
  w.step.read_once();
  static_cast<void>(w.cell.read());
}
void increment_under_lock(World& w) {
  w.lock.lock();
  w.cell.write() += 1;
  w.lock.unlock();
}

}  // namespace

TEST_CASE("Two plain increments race, a plain read and a write too, two reads do not") {
  CHECK(race(increment_alone, increment_alone));
  CHECK(race(increment_alone, read_alone));
  CHECK_FALSE(race(read_alone, read_alone));
}

TEST_CASE("A mutex orders its sections, and nobody else's accesses") {
  CHECK_FALSE(race(increment_under_lock, increment_under_lock));
  CHECK(race(increment_under_lock, increment_alone));
}

TEST_CASE("A completion orders what came before it with the waiter") {
  const Body waiter = [](World& w) {
    w.done.wait_for_completion();
    w.cell.write() += 1;
  };
  CHECK_FALSE(race(
      [](World& w) {
        w.step.read_once();
        w.cell.write() += 1;
        w.done.complete();
      },
      waiter));
  CHECK(race(
      [](World& w) {
        w.done.complete();
        w.cell.write() += 1;
      },
      waiter));
}

TEST_CASE("A wake-up orders what came before it with the woken") {
  const Body waiter = [](World& w) {
    w.queue.wait_event(w.flag, [](int flag) { return flag != 0; });
    w.cell.write() += 1;
  };
  CHECK_FALSE(race(
      [](World& w) {
        w.step.read_once();
        w.cell.write() += 1;
        w.flag.store_release(1);
        w.queue.wake_up_all();
      },
      waiter));
}

TEST_CASE("Spawning orders what the parent did before, not what it does after") {
  const auto found = [](bool after) {
    return testing::search([after](Execution& execution) {
      World* world = &make_world(execution);
      execution.spawn("parent", [world, after] {
        world->step.read_once();
        if (!after) world->cell.write() = 1;
        sim::current().spawn("child", [world] { increment_alone(*world); });
        if (after) world->cell.write() = 1;
      });
    });
  };
  CHECK_FALSE(found(false).shows(FindingKind::data_race));
  CHECK(found(true).shows(FindingKind::data_race));
}

TEST_CASE("Dependence alone hides no race: a marked write that a marked read sees is no release") {
  const Body reader = [](World& w) {
    if (w.flag.read_once() != 0) w.cell.write() += 1;
  };
  CHECK(race(
      [](World& w) {
        w.step.read_once();
        w.cell.write() += 1;
        w.flag.write_once(1);
      },
      reader));
}

TEST_CASE("A release store that an acquire load sees orders") {
  const Body writer = [](World& w) {
    w.step.read_once();
    w.cell.write() += 1;
    w.flag.store_release(1);
  };
  CHECK_FALSE(race(writer, [](World& w) {
    if (w.flag.load_acquire() != 0) w.cell.write() += 1;
  }));
  CHECK(race(writer, [](World& w) {
    if (w.flag.read_once() != 0) w.cell.write() += 1;
  }));
}

TEST_CASE("Readers of a semaphore do not order each other, writers do") {
  const Body as_reader = [](World& w) {
    w.semaphore.down_read();
    w.cell.write() += 1;
    w.semaphore.up_read();
  };
  const Body as_writer = [](World& w) {
    w.semaphore.down_write();
    w.cell.write() += 1;
    w.semaphore.up_write();
  };
  CHECK(race(as_reader, as_reader));
  CHECK_FALSE(race(as_reader, as_writer));
  CHECK_FALSE(race(as_writer, as_writer));
}

TEST_CASE("Sections of a spinlock order each other where they conflict, whatever comes between") {
  using sim::Access;
  using sim::Section;
  const std::vector<Section> sections{
      {},
      {Access::read},
      {Access::add},
      {Access::write, 0, 8},
      {Access::write, 4, 8},
      {Access::write, 6, 12},
      {Access::write, 8, 12},
      {Access::read, 4, 8},
      {Access::add, 2, 12},
  };
  const auto conflict = [](const Section& a, const Section& b) {
    const bool commute = a.access == b.access && a.access != Access::write;
    return !commute && a.begin < b.end && b.begin < a.end;
  };
  const auto found = [](const Section& first, const Section& between, const Section& second) {
    return testing::search([=](Execution& execution) {
      sim::spinlock* lock = &execution.make<sim::spinlock>(ObjectName{"lock"});
      Owned<int>* cell = &execution.make<Owned<int>>("cell", 1U, 0);
      const auto enter = [lock](const Section& section, Owned<int>* change) {
        const sim::spin_guard guard(*lock, section);
        if (change != nullptr) change->write() += 1;
      };
      execution.spawn("first", [=] {
        enter(first, cell);
        enter(between, nullptr);
      });
      execution.spawn("second", [=] {
        enter(between, nullptr);
        enter(second, cell);
      });
    });
  };
  // `first` can come right before `second`, and the other way around: what is between orders only
  // executions in which it stands between them.
  for (const Section& first : sections) {
    for (const Section& second : sections) {
      for (const Section& between : sections) {
        CAPTURE(first.begin);
        CAPTURE(second.begin);
        CAPTURE(between.begin);
        const testing::Search result = found(first, between, second);
        CHECK(result.difference == "");
        CHECK(result.shows(FindingKind::data_race) == !conflict(first, second));
      }
    }
  }
}

TEST_CASE("A range lock orders those whose ranges overlap") {
  const auto race_under = [](std::uint32_t begin, std::uint32_t end) {
    return testing::search([=](Execution& e) {
             auto* cell = &e.make<Owned<int>>("cell", 1U, 0);
             auto* range = &e.make<sim::range_lock>(ObjectName{"io_tree"});
             const auto section = [=](std::uint32_t from, std::uint32_t to) {
               range->lock(from, to);
               cell->write() += 1;
               range->unlock(from, to);
             };
             e.spawn("first", [=] { section(0, 4); });
             e.spawn("second", [=] { section(begin, end); });
           })
        .shows(FindingKind::data_race);
  };
  CHECK_FALSE(race_under(0, 4));
  CHECK_FALSE(race_under(2, 6));
  CHECK(race_under(4, 8));
}

namespace {

/// A task of the setup uses locks; then one writes alone, to its end, and one under those locks.
class AfterSetup final : public sim::Model {
 public:
  using Section = void (*)(World&, sim::spinlock&, sim::range_lock&, bool write);

  explicit AfterSetup(Section section) : section_(section) {}
  void build(Execution& e) override {
    world_ = &make_world(e);
    spin_ = &e.make<sim::spinlock>(ObjectName{"spin"});
    range_ = &e.make<sim::range_lock>(ObjectName{"range"});
    e.spawn("setup", [this] {
      for (int i = 0; i < 8; ++i) section_(*world_, *spin_, *range_, false);
    });
  }
  void start(Execution& e) override {
    e.spawn("alone", [this] { increment_alone(*world_); });
    e.spawn("locked", [this] { section_(*world_, *spin_, *range_, true); });
  }

 private:
  Section section_;
  World* world_ = nullptr;
  sim::spinlock* spin_ = nullptr;
  sim::range_lock* range_ = nullptr;
};

}  // namespace

TEST_CASE("What a lock saw in the setup orders nothing later: other tasks have those slots then") {
  const AfterSetup::Section sections[] = {
      [](World& w, sim::spinlock&, sim::range_lock&, bool write) {
        w.lock.lock();
        if (write) w.cell.write() += 1;
        w.lock.unlock();
      },
      [](World& w, sim::spinlock&, sim::range_lock&, bool write) {
        w.semaphore.down_write();
        if (write) w.cell.write() += 1;
        w.semaphore.up_write();
      },
      [](World& w, sim::spinlock&, sim::range_lock&, bool write) {
        if (!write) w.semaphore.down_read();
        if (!write) w.semaphore.up_read();
        if (write) w.semaphore.down_write();
        if (write) w.cell.write() += 1;
        if (write) w.semaphore.up_write();
      },
      [](World& w, sim::spinlock& spin, sim::range_lock&, bool write) {
        spin.lock();
        if (write) w.cell.write() += 1;
        spin.unlock();
      },
      [](World& w, sim::spinlock&, sim::range_lock& range, bool write) {
        range.lock(0, 4);
        if (write) w.cell.write() += 1;
        range.unlock(0, 4);
      },
  };
  for (std::size_t i = 0; i < std::size(sections); ++i) {
    CAPTURE(i);
    AfterSetup model(sections[i]);
    Execution execution;
    sim::DepthFirst first;
    CHECK(execution.run(model, first) == sim::Ending::quiescent);
    CHECK(testing::count(execution, FindingKind::data_race) == 1);
  }
}

TEST_CASE("An edge of the race detector is always a dependence") {
  // Otherwise two executions of one trace could differ in their races.
  for (int a = 0; a <= static_cast<int>(sim::OpKind::choice); ++a) {
    for (int b = 0; b <= static_cast<int>(sim::OpKind::choice); ++b) {
      const sim::Operation earlier = sim::operation(static_cast<sim::OpKind>(a), 1);
      const sim::Operation later = sim::operation(static_cast<sim::OpKind>(b), 1);
      if (sim::synchronises(earlier, later)) CHECK(sim::dependent(earlier, later));
    }
  }
  CHECK(sim::synchronises(sim::operation(sim::OpKind::unlock, 1),
                          sim::operation(sim::OpKind::lock, 1)));
  CHECK_FALSE(sim::synchronises(sim::operation(sim::OpKind::up_read, 1),
                                sim::operation(sim::OpKind::down_read, 1)));
}

#include "sim/sync/rw_semaphore.hpp"

#include <doctest/doctest.h>

#include "sim/strategies/depth_first.hpp"
#include "tests/support/findings.hpp"

namespace {

using sim::Execution;
using sim::FindingKind;
using sim::Marked;
using sim::ObjectName;
using sim::rw_semaphore;

struct World {
  rw_semaphore& semaphore;
  sim::mutex& lock;
  Marked<int>& log;  ///< who got it, as decimal digits
};

using Body = void (*)(World&);

testing::Search search_with(std::initializer_list<Body> bodies) {
  std::vector<Body> kept(bodies);
  return testing::search([kept](Execution& e) {
    World* world = &e.make<World>(World{e.make<rw_semaphore>(ObjectName{"mmap_lock"}),
                                        e.make<sim::mutex>(ObjectName{"lock"}),
                                        e.make<Marked<int>>(ObjectName{"log"}, 1U, 0)});
    for (const Body body : kept) e.spawn("task", [=] { body(*world); });
  });
}

void read_then_lock(World& w) {
  w.semaphore.down_read();
  w.lock.lock();
  w.lock.unlock();
  w.semaphore.up_read();
}
void lock_then_read(World& w) {
  w.lock.lock();
  w.semaphore.down_read();
  w.semaphore.up_read();
  w.lock.unlock();
}
void write(World& w) {
  w.semaphore.down_write();
  w.semaphore.up_write();
}

}  // namespace

TEST_CASE("A queued writer closes a deadlock between two readers") {
  CHECK_FALSE(search_with({read_then_lock, lock_then_read}).shows(FindingKind::deadlock));
  const testing::Search three = search_with({read_then_lock, lock_then_read, write});
  CHECK(three.difference == "");
  CHECK(three.shows(FindingKind::deadlock));
}

TEST_CASE("A reader that takes it again deadlocks with a queued writer between") {
  const Body nested = [](World& w) {
    w.semaphore.down_read();
    w.semaphore.down_read();
    w.semaphore.up_read();
    w.semaphore.up_read();
  };
  CHECK_FALSE(search_with({nested}).shows(FindingKind::deadlock));
  const testing::Search with_writer = search_with({nested, write});
  CHECK(with_writer.difference == "");
  CHECK(with_writer.shows(FindingKind::deadlock));
}

TEST_CASE("A writer that takes it again waits for itself") {
  const testing::Search found = search_with({[](World& w) {
    w.semaphore.down_write();
    w.semaphore.down_write();
  }});
  CHECK(found.all.deadlocks == found.all.executions);
}

TEST_CASE("Readers go in together, a writer alone") {
  const Body reader = [](World& w) {
    w.semaphore.down_read();
    w.log.update([](int log) { return log + 1; });
    w.semaphore.up_read();
  };
  // 2: one reader was inside, and then another.
  const Body writer = [](World& w) {
    w.semaphore.down_write();
    const int before = w.log.read_once();
    if (w.log.read_once() != before)
      sim::current().report(FindingKind::invariant, "alone", "somebody is inside with the writer");
    w.semaphore.up_write();
  };
  const testing::Search found = search_with({reader, reader, writer});
  CHECK(found.difference == "");
  CHECK(found.all.findings().empty());
}

TEST_CASE("Waiters go in the order in which they queued, readers behind the first all at once") {
  // The schedule: task 0 takes it as a writer; 1 (reader), 2 (writer) and 3 (reader) queue; then
  // each goes on.
  class InTurn final : public sim::Strategy {
   public:
    sim::TaskId next_task(const Execution& execution) override {
      static constexpr sim::TaskId kQueue[] = {0, 1, 2, 3};
      if (at_ < 4) return kQueue[at_++];
      for (const sim::Task* task : execution.live_tasks())
        if ((execution.enabled() & sim::mask_of(task->id)) != 0) return task->id;
      return sim::kNoTask;
    }
    std::uint32_t choose(const Execution&, const char*, std::uint32_t) override { return 0; }

   private:
    unsigned at_ = 0;
  };
  Marked<int>* log = nullptr;
  testing::Start model([&log](Execution& e) {
    auto* semaphore = &e.make<rw_semaphore>(ObjectName{"mmap_lock"});
    log = &e.make<Marked<int>>(ObjectName{"log"}, 1U, 0);
    Marked<int>* seen = log;
    for (int i = 0; i < 4; ++i) {
      const bool writes = i % 2 == 0;
      e.spawn("task", [=] {
        writes ? semaphore->down_write() : semaphore->down_read();
        seen->update([=](int digits) { return digits * 10 + i + 1; });
        writes ? semaphore->up_write() : semaphore->up_read();
      });
    }
  });
  Execution execution;
  InTurn in_turn;
  CHECK(execution.run(model, in_turn) == sim::Ending::quiescent);
  CHECK(log->peek() ==
        1243);  // the writer's release lets both queued readers in, past the writer between
}

TEST_CASE("Downgrading lets queued readers in and keeps writers out") {
  const testing::Search found = search_with({[](World& w) {
                                               w.semaphore.down_write();
                                               w.semaphore.downgrade_write();
                                               w.semaphore.up_read();
                                             },
                                             read_then_lock, write});
  CHECK(found.difference == "");
  CHECK(found.all.findings().empty());
}

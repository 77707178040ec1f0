#include <doctest/doctest.h>

#include "sim/obligation.hpp"
#include "sim/strategies/depth_first.hpp"
#include "sim/sync/completion.hpp"
#include "sim/sync/range_lock.hpp"
#include "tests/support/findings.hpp"

namespace {

using sim::Ending;
using sim::Execution;
using sim::FindingKind;
using sim::ObjectName;

/// One execution, each task to its end before the next: whatever is found got away without a
/// deadlock.
std::size_t inversions(std::function<void(Execution&)> start) {
  testing::Start model(std::move(start));
  Execution execution;
  sim::DepthFirst first;
  CHECK(execution.run(model, first) == Ending::quiescent);
  return testing::count(execution, FindingKind::lock_order);
}

void both(sim::mutex& first, sim::mutex& second) {
  first.lock();
  second.lock();
  second.unlock();
  first.unlock();
}

std::size_t inversions_of(const char* name_a, std::uint64_t a, const char* name_b, std::uint64_t b,
                          bool opposite) {
  return inversions([=](Execution& execution) {
    sim::mutex* first = &execution.make<sim::mutex>(ObjectName{name_a, nullptr, a});
    sim::mutex* second = &execution.make<sim::mutex>(ObjectName{name_b, nullptr, b});
    execution.spawn("one", [=] { both(*first, *second); });
    execution.spawn("two", [=] { opposite ? both(*second, *first) : both(*first, *second); });
  });
}

std::size_t inversions_of_ranges(std::uint32_t first, std::uint32_t second) {
  return inversions([=](Execution& execution) {
    auto* range = &execution.make<sim::range_lock>(ObjectName{"io_tree"});
    execution.spawn("one", [=] {
      range->lock(first, first + 4);
      range->lock(second, second + 4);
      range->unlock(second, second + 4);
      range->unlock(first, first + 4);
    });
  });
}

}  // namespace

TEST_CASE("An inversion is found in an execution that got away with it") {
  CHECK(inversions_of("a", 0, "b", 0, true) == 1);
  CHECK(inversions_of("a", 0, "b", 0, false) == 0);
}

TEST_CASE("Locks of one class nest in ascending order only") {
  CHECK(inversions_of("inode", 1, "inode", 2, false) == 0);
  CHECK(inversions_of("inode", 2, "inode", 1, false) == 1);
  CHECK(inversions_of("inode", ObjectName::kAnonymous, "inode", ObjectName::kAnonymous, false) ==
        1);
}

TEST_CASE("Ranges of one lock nest in ascending order only") {
  CHECK(inversions_of_ranges(0, 8) == 0);
  CHECK(inversions_of_ranges(8, 0) == 1);
}

TEST_CASE("A try-lock adds no edge, but what is taken under it does") {
  const auto found = [](bool tries_second) {
    return inversions([=](Execution& execution) {
      sim::mutex* a = &execution.make<sim::mutex>(ObjectName{"a"});
      sim::mutex* b = &execution.make<sim::mutex>(ObjectName{"b"});
      execution.spawn("one", [=] { both(*a, *b); });
      execution.spawn("two", [=] {
        if (tries_second) {
          b->lock();
          if (a->try_lock()) a->unlock();
        } else {
          if (!b->try_lock()) return;
          a->lock();
          a->unlock();
        }
        b->unlock();
      });
    });
  };
  CHECK(found(true) == 0);
  CHECK(found(false) == 1);
}

TEST_CASE("A cycle of three locks is found, and named by who made which edge") {
  testing::Program program = testing::philosophers(3);
  Execution execution;
  sim::DepthFirst first;
  CHECK(execution.run(program, first) == Ending::quiescent);
  CHECK(testing::count(execution, FindingKind::lock_order) == 1);
}

TEST_CASE("Waiting for work while holding a lock that its owner takes is an inversion") {
  const auto found = [](bool owner_locks) {
    return inversions([=](Execution& execution) {
      sim::mutex* lock = &execution.make<sim::mutex>(ObjectName{"lock"});
      auto* owed = &execution.make<sim::Obligation>("ordered_extent");
      auto* done = &execution.make<sim::completion>(ObjectName{"done"}, owed);
      execution.spawn("owner", [=] {
        owed->owe(sim::current().running_id(), 1);
        if (owner_locks) {
          lock->lock();
          lock->unlock();
        }
        done->complete();
        owed->discharge(sim::current().running_id(), 1);
      });
      execution.spawn("waiter", [=] {
        lock->lock();
        done->wait_for_completion();
        lock->unlock();
      });
    });
  };
  CHECK(found(true) == 1);
  CHECK(found(false) == 0);
}

// In one trace "opener" unlocks before or after "owner" takes the mutex: nothing orders them.
TEST_CASE("What another task unlocks counts as held until its taker can know") {
  const testing::Search found = testing::search([](Execution& e) {
    auto* bit = &e.make<sim::bit_lock>(ObjectName{"PG_locked"});
    auto* lock = &e.make<sim::mutex>(ObjectName{"lock"});
    auto* taken = &e.make<sim::completion>(ObjectName{"taken"});
    e.spawn("owner", [=] {
      lock->lock();
      bit->lock();
      lock->unlock();
      taken->complete();
      lock->lock();
      lock->unlock();
    });
    e.spawn("opener", [=] {
      taken->wait_for_completion();
      bit->unlock();
    });
  });
  CHECK(found.difference == "");
  CHECK(found.all.executions > 1);
  CHECK(found.all.traces.size() == 1);
  CHECK(found.shows(FindingKind::lock_order));
}

TEST_CASE("What another task unlocked before is not held any more") {
  const auto found = [](bool waits) {
    return inversions([=](Execution& e) {
      auto* range = &e.make<sim::range_lock>(ObjectName{"io_tree"});
      auto* lock = &e.make<sim::mutex>(ObjectName{"lock"});
      auto* freed = &e.make<sim::completion>(ObjectName{"freed"});
      e.spawn("reader", [=] {
        range->lock(0, 8);
        sim::current().spawn("bio", [=] {
          range->unlock(0, 4);
          range->unlock(4, 8);
          freed->complete();
        });
        if (waits) freed->wait_for_completion();
        lock->lock();
        lock->unlock();
      });
      e.spawn("other", [=] {
        lock->lock();
        range->lock(0, 8);
        range->unlock(0, 8);
        lock->unlock();
      });
    });
  };
  CHECK(found(true) == 0);
  CHECK(found(false) == 1);
}

// Locks of the same two classes, but others: the tasks are independent, and either comes last.
TEST_CASE("A cycle of lock orders has one name, whoever closes it") {
  testing::Start model([](Execution& e) {
    const auto nests = [&e](const char* outer, const char* inner, std::uint64_t instance) {
      sim::mutex* first = &e.make<sim::mutex>(ObjectName{outer, nullptr, instance});
      sim::mutex* second = &e.make<sim::mutex>(ObjectName{inner, nullptr, instance});
      e.spawn("task", [=] { both(*first, *second); });
    };
    nests("inode", "page", 1);
    nests("page", "inode", 2);
  });
  Execution execution;
  sim::DepthFirst search;
  std::uint64_t executions = 0;
  do {
    execution.run(model, search);
    const sim::Finding* inversion = testing::find(execution, FindingKind::lock_order);
    REQUIRE(inversion != nullptr);
    CHECK(inversion->name == "inode");
    CHECK(inversion->text.find("inode -> page by task in task, page -> inode by task#2 in task") !=
          std::string::npos);
    ++executions;
  } while (search.advance());
  CHECK(executions == 70);  // 8 steps, 4 of each task
}

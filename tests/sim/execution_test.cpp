#include <array>
#include <set>

#include <doctest/doctest.h>

#include "sim/strategies/depth_first.hpp"
#include "sim/strategies/random_walk.hpp"
#include "sim/sync/rw_semaphore.hpp"
#include "tests/support/findings.hpp"

namespace {

using sim::Ending;
using sim::Execution;
using sim::FindingKind;
using sim::Marked;
using sim::ObjectName;

Marked<int>& variable(Execution& e, const char* name) {
  return e.make<Marked<int>>(ObjectName{name}, 1U, 0);
}

std::string record_of(const sim::Record& record) {
  std::string text;
  for (const sim::StepRecord& step : record.steps)
    text += record.actor_name(step.actor) + " " + std::string(traits(step.op.kind).word) + " " +
            std::to_string(step.op.object) + " " + std::to_string(step.op.value) + " " +
            std::to_string(step.enabled) + "\n";
  for (const sim::ChoiceRecord& choice : record.choices) text += std::to_string(choice.value);
  return text;
}

}  // namespace

TEST_CASE("Every value of every injected choice is explored, before the first step too") {
  std::set<std::vector<std::uint32_t>> seen;
  auto* kept = &seen;
  testing::Start model([kept](Execution& e) {
    auto* x = &variable(e, "x");
    e.spawn("task", [=] {
      const std::uint32_t first = sim::current().choose("first", 3);
      x->write_once(1);
      const std::uint32_t second = sim::current().choose("second", 2);
      kept->insert({first, second});
    });
  });
  sim::OptimalDpor exhaustive;
  const testing::Explored explored = testing::explore_all(model, exhaustive, 100);
  CHECK(explored.executions == 6);
  CHECK(explored.repeated == 0);
  CHECK(seen.size() == 6);
}

TEST_CASE("A choice decides which steps follow, and the search follows both") {
  const testing::Search found = testing::search([](Execution& e) {
    auto* x = &variable(e, "x");
    e.spawn("one", [=] {
      x->read_once();
      if (sim::current().choose("fail", 2) == 1) x->write_once(1);
    });
    e.spawn("two", [=] { x->write_once(2); });
  });
  CHECK(found.difference == "");
  CHECK(found.all.traces.size() ==
        2 + 3);  // without the second write: before or after the read; with it: three places
}

TEST_CASE("A choice that changes what its own step touches is explored on both sides of a reader") {
  // Asleep, the step is woken for one value of the choice and not for the other.
  const testing::Search found = testing::search([](Execution& e) {
    auto* x = &variable(e, "x");
    auto* y = &variable(e, "y");
    e.spawn("chooser", [=] {
      x->read_once();
      if (sim::current().choose("fail", 2) == 0) sim::current().touch(*y, sim::Access::write);
    });
    e.spawn("reader", [=] { y->read_once(); });
  });
  CHECK(found.difference == "");
  CHECK(found.all.traces.size() == 2 + 1);
}

TEST_CASE(
    "An execution that reaches the step bound may be a livelock, one that ends on it is none") {
  testing::Start forever([](Execution& e) {
    auto* x = &variable(e, "x");
    e.spawn("spinner", [=] {
      while (x->read_once() == 0) {
      }
    });
  });
  sim::ExecutionOptions options;
  options.max_steps = 50;
  Execution execution(options);
  sim::DepthFirst first;
  CHECK(execution.run(forever, first) == Ending::step_bound);
  REQUIRE(testing::count(execution, FindingKind::livelock) == 1);
  CHECK(execution.findings().front().text ==
        "cut at its bound of 50 steps: it may run for ever, or just be long");

  testing::Start fifty([](Execution& e) {
    auto* x = &variable(e, "x");
    e.spawn("counter", [=] {
      for (int i = 0; i < 50; ++i) x->read_once();
    });
  });
  sim::DepthFirst again;
  CHECK(execution.run(fifty, again) == Ending::quiescent);
  CHECK(execution.findings().empty());
}

TEST_CASE("An execution that needs a task more than a phase can have is cut, and is no finding") {
  const auto births = [](unsigned count) {
    return testing::Start([count](Execution& e) {
      auto* x = &variable(e, "x");
      e.spawn("parent", [=] {
        for (unsigned i = 0; i < count; ++i) sim::current().spawn("child", [=] { x->read_once(); });
        x->write_once(1);
      });
    });
  };
  Execution execution;
  sim::DepthFirst first;
  testing::Start all = births(sim::kMaxTasks - 1);
  CHECK(execution.run(all, first) == Ending::quiescent);
  testing::Start too_many = births(sim::kMaxTasks);
  sim::DepthFirst again;
  CHECK(execution.run(too_many, again) == Ending::task_bound);
  CHECK(execution.findings().empty());
  sim::DepthFirst after;
  CHECK(execution.run(all, after) == Ending::quiescent);
}

TEST_CASE("A setup that does not end is the end of the execution") {
  struct Crowded final : sim::Model {
    void build(Execution& e) override {
      e.spawn("parent", [] {
        for (unsigned i = 0; i < sim::kMaxTasks; ++i) sim::current().spawn("child", [] {});
      });
    }
    void start(Execution&) override { FAIL("it goes on"); }
  } model;
  Execution execution;
  sim::RandomWalk walk({});
  CHECK(execution.run(model, walk) == Ending::task_bound);
  sim::OptimalDpor search;
  CHECK(execution.run(model, search) == Ending::task_bound);
  CHECK_FALSE(search.advance());
}

TEST_CASE("A task holds as many locks as it takes") {
  testing::Start model([](Execution& e) {
    auto* locks = &e.make<std::array<sim::mutex*, 1000>>();
    for (unsigned i = 0; i < locks->size(); ++i)
      (*locks)[i] = &e.make<sim::mutex>(sim::ObjectName{"lock", nullptr, i});
    e.spawn("taker", [locks] {
      for (sim::mutex* lock : *locks) lock->lock();
      CHECK(sim::current().running()->holdings.locks().size() == locks->size());
      for (sim::mutex* lock : *locks) lock->unlock();
      CHECK(sim::current().running()->holdings.empty());
    });
  });
  sim::ExecutionOptions options;
  options.audit = true;
  Execution execution(options);
  sim::DepthFirst only;
  CHECK(execution.run(model, only) == Ending::quiescent);
  CHECK(execution.audit_complaints().empty());
}

TEST_CASE("Two runs of one seed have equal records, another seed another") {
  testing::Program program = testing::p5();
  const auto run = [&](std::uint64_t seed) {
    Execution execution;
    sim::RandomWalk walk({seed, 3, 1});
    execution.run(program, walk);
    return record_of(execution.record());
  };
  const std::string first = run(11);
  CHECK(first == run(11));
  CHECK(first != run(12));
}

TEST_CASE("An execution leaves nothing behind for the next one of the same object") {
  testing::Program program = testing::p5();
  testing::Program other = testing::ab_ba();
  const auto run = [&](Execution& execution, testing::Program& model, std::uint64_t number) {
    sim::RandomWalk walk({1, number, 1});
    execution.run(model, walk);
    return record_of(execution.record());
  };
  Execution used;
  for (std::uint64_t i = 0; i < 20; ++i) run(used, other, i);
  Execution fresh;
  CHECK(run(used, program, 5) == run(fresh, program, 5));
}

TEST_CASE("Names of tasks and deadlocks do not depend on the order of independent spawns") {
  std::set<std::string> names;
  auto* kept = &names;
  testing::Start model([kept](Execution& e) {
    auto* semaphore = &e.make<sim::rw_semaphore>(ObjectName{"mmap_lock"});
    for (int i = 0; i < 2; ++i) {
      e.spawn("parent", [=] {
        sim::current().spawn("child", [=] {
          semaphore->down_read();
          const Execution& now = sim::current();
          kept->insert(now.record().actor_name(now.actor_of(sim::current().running_id())));
        });
      });
    }
    e.spawn("writer", [=] { semaphore->down_write(); });
  });
  const testing::Explored all = testing::brute_force(model, 10'000);
  CHECK(all.contradiction == "");
  CHECK(all.deadlocks > 0);
  CHECK(names == std::set<std::string>{"parent>child", "parent#2>child"});
}

TEST_CASE("An invariant guarded by a semaphore is measured when nobody is inside") {
  static int broken = 0;
  static const sim::Invariant kInvariant{
      "even",
      sim::InvariantClass::guarded,
      "the cell is even",
      1U,
      [](const void* cell) -> std::int64_t { return *static_cast<const int*>(cell) % 2; },
      [](const void*, std::int64_t) { return std::string("odd"); }};
  const auto findings = [](int last) {
    testing::Start model([last](Execution& e) {
      auto* semaphore = &e.make<sim::rw_semaphore>(ObjectName{"sem"});
      auto* x = &variable(e, "x");
      broken = 0;
      e.watch(kInvariant, &broken, semaphore);
      e.spawn("idle", [=] { x->read_once(); });
      e.spawn("writer", [=] {
        semaphore->down_write();
        broken = 1;
        sim::current().changed(1U);
        x->read_once();
        broken = last;
        sim::current().changed(1U);
        semaphore->up_write();
      });
    });
    Execution execution;
    sim::DepthFirst first;
    execution.run(model, first);
    return testing::count(execution, FindingKind::invariant);
  };
  CHECK(findings(2) == 0);
  CHECK(findings(3) == 1);
}

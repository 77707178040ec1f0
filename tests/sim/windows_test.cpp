#include <doctest/doctest.h>

#include "sim/strategies/depth_first.hpp"
#include "tests/support/findings.hpp"

namespace {

using sim::Execution;
using sim::Marked;
using sim::ObjectName;

const sim::Label* begin_of_window() { return &sim::label_object<"window:begin">; }
const sim::Label* end_of_window() { return &sim::label_object<"window:end">; }

sim::Window window() { return {"inside", begin_of_window(), end_of_window()}; }

/// "inside" passes the window around its second write; with `leaves` false it ends without passing
/// its end.
testing::Start model(bool leaves) {
  return testing::Start([leaves](Execution& e) {
    auto* x = &e.make<Marked<int>>(ObjectName{"x"}, 1U, 0);
    e.spawn("inside", [=] {
      x->write_once(1);
      sim::at<"window:begin">();
      x->write_once(2);
      if (leaves) sim::at<"window:end">();
    });
    e.spawn("outside", [=] { x->write_once(3); });
  });
}

struct Seen {
  int executions = 0;
  int reached = 0;
  int entered = 0;
};

Seen watch(testing::Start program, sim::ExecutionOptions options) {
  Execution execution(std::move(options));
  sim::DepthFirst search;
  Seen seen;
  do {
    execution.run(program, search);
    ++seen.executions;
    seen.reached += execution.window_reached() ? 1 : 0;
    seen.entered += execution.window_entered() ? 1 : 0;
  } while (search.advance());
  return seen;
}

}  // namespace

TEST_CASE("A watched window tells whether another task made a step inside it") {
  sim::ExecutionOptions options;
  options.watched = window();
  const Seen seen = watch(model(true), options);
  CHECK(seen.executions == 3);
  CHECK(seen.reached == 3);
  CHECK(seen.entered == 1);
}

TEST_CASE("A task that ends leaves its window") {
  sim::ExecutionOptions options;
  options.watched = window();
  CHECK(watch(model(false), options).entered == 1);
}

TEST_CASE("A window of another task's name is not reached") {
  sim::ExecutionOptions options;
  options.watched = window();
  options.watched->task = "outside";
  CHECK(watch(model(true), options).reached == 0);
}

TEST_CASE("Nobody enters a held window") {
  sim::ExecutionOptions options;
  options.watched = window();
  options.held = {window()};
  const Seen seen = watch(model(true), options);
  CHECK(seen.executions == 2);
  CHECK(seen.entered == 0);
}

TEST_CASE("A held window lets others run while the one inside is blocked") {
  sim::ExecutionOptions options;
  options.held = {window()};
  const testing::Search found = testing::search(
      [](Execution& e) {
        auto* x = &e.make<Marked<int>>(ObjectName{"x"}, 1U, 0);
        auto* lock = &e.make<sim::mutex>(ObjectName{"lock"});
        e.spawn("inside", [=] {
          x->write_once(1);
          sim::at<"window:begin">();
          lock->lock();
          lock->unlock();
          sim::at<"window:end">();
        });
        e.spawn("outside", [=] {
          lock->lock();
          x->write_once(3);
          lock->unlock();
        });
      },
      options);
  CHECK(found.all.deadlocks == 0);
}

TEST_CASE("Source sets claim no completeness where a window is held or the teardown is explored") {
  // Reduction needs that executions which differ in the order of independent steps are all allowed
  // or all not.
  const auto claims = [](const sim::ExecutionOptions& options) {
    testing::Start program = model(true);
    sim::OptimalDpor exhaustive;
    testing::explore_all(program, exhaustive, 100, options);
    return exhaustive.complete();
  };
  sim::ExecutionOptions options;
  CHECK(claims(options));
  options.held = {window()};
  CHECK_FALSE(claims(options));
  options.held.clear();
  options.explore_teardown = true;
  CHECK_FALSE(claims(options));
}

// In an executable of its own, with the engine built for it. What random strategies are known to
// get wrong, planted: the oracles of sampling_oracles_test.cpp must notice each.
#include <doctest/doctest.h>

#include "sim/explore/mutation.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/sampled.hpp"
#include "tests/support/strategies.hpp"

namespace {

using testing::Program;
using testing::Share;
using testing::share_of;

constexpr std::uint64_t kRuns = 100'000;

class Planted {
 public:
  explicit Planted(sim::Mutation mutation) { sim::planted_mutation = mutation; }
  ~Planted() { sim::planted_mutation = sim::Mutation::none; }
  Planted(const Planted&) = delete;
  Planted& operator=(const Planted&) = delete;
};

sim::SampleRange range() { return {testing::sampling_seed(), 0, kRuns}; }

Share two_readers_first(sim::Mutation mutation) {
  const Planted planted(mutation);
  Program program = testing::lost_updates(2);
  sim::Pos pos(range());
  return share_of(program, pos, [](const sim::Execution& execution) {
    return execution.record().steps[0].task != execution.record().steps[1].task;
  });
}

/// A and B write twice, C once; wanted is A B C B A.
Share nested_order(sim::Mutation mutation, std::uint32_t depth) {
  const Planted planted(mutation);
  Program program(1, 0);
  program.tasks(3, [](unsigned task) -> Program::Body {
    return [task](Program& p) {
      p.write(0, 1);
      if (task < 2) p.write(0, 2);
    };
  });
  sim::Pct pct(range(), {depth, depth}, 5);
  return share_of(program, pct, [](const sim::Execution& execution) {
    return testing::order_of(execution) == "ABCBA";
  });
}

/// Three single writers: A before B before C.
Share three_in_order(sim::Mutation mutation) {
  const Planted planted(mutation);
  Program program(1, 0);
  program.tasks(3, [](unsigned) -> Program::Body {
    return [](Program& p) {
      p.write(0, 1);
      p.write(0, 2);
    };
  });
  sim::Pos pos(range());
  return share_of(program, pos, [](const sim::Execution& execution) {
    return testing::order_of(execution) == "ABCABC";
  });
}

/// One task spawns another between its two writes; the child's two come first.
Share child_first(sim::Mutation mutation) {
  const Planted planted(mutation);
  testing::Start model([](sim::Execution& execution) {
    auto& x = execution.make<sim::Marked<int>>(sim::ObjectName{"x"}, 1U, 0);
    execution.spawn("parent", [&x] {
      sim::current().spawn("child", [&x] {
        x.write_once(1);
        x.write_once(2);
      });
      x.write_once(3);
    });
  });
  sim::Execution execution;
  sim::Urw urw(range(), sim::profile(execution, model));
  return share_of(model, urw,
                  [](const sim::Execution& run) { return testing::order_of(run) == "ABBA"; });
}

/// One task writes x three times among other steps, the other once: the other is first.
Share lone_write_first(sim::Mutation mutation) {
  const Planted planted(mutation);
  testing::Start model([](sim::Execution& execution) {
    auto& x = execution.make<sim::Marked<int>>(sim::ObjectName{"x"}, 1U, 0);
    auto& own = execution.make<sim::Marked<int>>(sim::ObjectName{"own"}, 1U, 0);
    execution.spawn("busy", [&x, &own] {
      for (int i = 0; i < 3; ++i) {
        for (int k = 0; k < 4; ++k) own.write_once(k);
        x.write_once(i);
      }
    });
    execution.spawn("lone", [&x] { x.write_once(9); });
  });
  sim::Execution execution;
  sim::Surw surw(range(), sim::profile(execution, model));
  return share_of(model, surw, [](const sim::Execution& run) {
    const std::string order = testing::order_of(run);
    return order.find('B') < 5;
  });
}

}  // namespace

TEST_CASE("PCT that demotes below all before it loses an order that it guarantees") {
  CHECK(nested_order(sim::Mutation::none, 4).fits(2. / 125));
  CHECK_FALSE(nested_order(sim::Mutation::pct_demotes_below_all, 4).allows_at_least(1. / 375));
}
TEST_CASE("PCT that demotes whoever would run next is noticed") {
  CHECK(nested_order(sim::Mutation::none, 3).fits(1. / 150));
  CHECK_FALSE(nested_order(sim::Mutation::pct_demotes_before_the_step, 3).fits(1. / 150));
}
TEST_CASE("POS that draws anew for every pending step is noticed") {
  CHECK(two_readers_first(sim::Mutation::none).fits(1. / 3));
  CHECK_FALSE(two_readers_first(sim::Mutation::pos_redraws_all).fits(1. / 3));
}
TEST_CASE("POS that lets the losers of a race keep their priorities is noticed") {
  const Share right = three_in_order(sim::Mutation::none);
  CHECK_FALSE(three_in_order(sim::Mutation::pos_keeps_losers).fits(right.value()));
}
TEST_CASE("URW that counts the steps of children twice is noticed") {
  CHECK(child_first(sim::Mutation::none).fits(1. / 3));
  CHECK_FALSE(child_first(sim::Mutation::urw_keeps_children).fits(1. / 3));
}
TEST_CASE("SURW that holds nobody back is noticed") {
  CHECK(lone_write_first(sim::Mutation::none).fits(1. / 4));
  CHECK_FALSE(lone_write_first(sim::Mutation::surw_holds_nobody).fits(1. / 4));
}

// Programs whose distributions are known: worked out by hand, by summing over every interleaving,
// or given with PCT's paper. A band is four standard deviations of the sample.
#include <bit>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "sim/strategies/depth_first.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/sampled.hpp"
#include "tests/support/strategies.hpp"
#include "tests/support/trace_id.hpp"

namespace {

using testing::Program;
using testing::sample;
using testing::Share;
using testing::share_of;

constexpr std::uint64_t kRuns = 40'000;

sim::SampleRange range(std::uint64_t runs = kRuns) { return {testing::sampling_seed(), 0, runs}; }

sim::Profile profile_of(sim::Model& model) {
  sim::Execution execution;
  return sim::profile(execution, model);
}

using Event = std::function<bool(const sim::Execution&)>;

/// What each strategy must show of one event.
struct Oracle {
  double random_walk;
  double urw;
  double pos;
  double pct_2;
  double pct_3;
};

void check_share(const char* strategy, sim::Search& search, sim::Model& model, const Event& event,
                 double expected) {
  const Share share = share_of(model, search, event);
  INFO(strategy << " with seed " << testing::sampling_seed() << ": " << share.value()
                << " instead of " << expected);
  CHECK(share.fits(expected));
}

void check_oracle(sim::Model& model, const Event& event, const Oracle& oracle) {
  const sim::Profile profile = profile_of(model);
  sim::RandomWalk walk(range());
  check_share("random walk", walk, model, event, oracle.random_walk);
  sim::Urw urw(range(), profile);
  check_share("URW", urw, model, event, oracle.urw);
  sim::Surw surw(range(), profile);  // one class of objects: every step is interesting
  check_share("SURW", surw, model, event, oracle.urw);
  sim::Pos pos(range());
  check_share("POS", pos, model, event, oracle.pos);
  sim::Pct shallow(range(), {2, 2}, profile.steps);
  check_share("PCT d=2", shallow, model, event, oracle.pct_2);
  sim::Pct deep(range(), {3, 3}, profile.steps);
  check_share("PCT d=3", deep, model, event, oracle.pct_3);
}

/// Two writers and two readers of one variable, who read it twice: 72 traces.
Program corr2() {
  Program program(1, 0);
  program.tasks(2, [](unsigned) -> Program::Body { return [](Program& p) { p.write(0, 1); }; });
  program.tasks(2, [](unsigned) -> Program::Body {
    return [](Program& p) {
      p.read(0);
      p.read(0);
    };
  });
  return program;
}

using Distribution = std::map<std::vector<std::uint64_t>, double>;

/// Probability of each trace under a random walk and under the uniform distribution over
/// interleavings, by running every interleaving.
struct Exact {
  Distribution walk;
  Distribution uniform;
};

Exact exact_distributions(sim::Model& model) {
  Exact exact;
  double interleavings = 0;
  sim::DepthFirst every;
  sample(model, every, [&](const sim::Execution& execution) {
    double probability = 1;
    for (const sim::StepRecord& step : execution.record().steps)
      probability /= std::popcount(step.enabled);
    const auto id = testing::trace_id(execution.record());
    exact.walk[id] += probability;
    exact.uniform[id] += 1;
    ++interleavings;
  });
  for (auto& [id, probability] : exact.uniform) probability /= interleavings;
  return exact;
}

std::map<std::vector<std::uint64_t>, Share> traces_of(sim::Model& model, sim::Search& search) {
  std::map<std::vector<std::uint64_t>, Share> traces;
  std::uint64_t runs = 0;
  sample(model, search, [&](const sim::Execution& execution) {
    ++runs;
    ++traces[testing::trace_id(execution.record())].hits;
  });
  for (auto& [id, share] : traces) share.runs = runs;
  return traces;
}

void check_distribution(const char* strategy, sim::Model& model, sim::Search& search,
                        const Distribution& exact) {
  auto traces = traces_of(model, search);
  INFO(strategy << " with seed " << testing::sampling_seed());
  CHECK(traces.size() == exact.size());
  for (const auto& [id, probability] : exact) {
    const Share& share = traces[id];
    CAPTURE(share.value());
    CAPTURE(probability);
    CHECK(share.fits(probability));
  }
}

std::pair<double, double> least_and_most(
    const std::map<std::vector<std::uint64_t>, Share>& traces) {
  std::pair<double, double> bounds{1, 0};
  for (const auto& [id, share] : traces) {
    bounds.first = std::min(bounds.first, share.value());
    bounds.second = std::max(bounds.second, share.value());
  }
  return bounds;
}

}  // namespace

TEST_CASE("Two lost updates: both read first as often as each strategy says") {
  Program program = testing::lost_updates(2);
  const Event both_read_first = [](const sim::Execution& execution) {
    const auto& steps = execution.record().steps;
    return steps[0].task != steps[1].task;
  };
  check_oracle(program, both_read_first, {1. / 2, 2. / 3, 1. / 3, 1. / 4, 7. / 16});
}

TEST_CASE("Two mutexes taken in opposite orders deadlock as often as each strategy says") {
  Program program = testing::ab_ba();
  const Event deadlock = [](const sim::Execution& execution) {
    return execution.ending() == sim::Ending::deadlock;
  };
  check_oracle(program, deadlock, {1. / 2, 4. / 7, 1. / 3, 1. / 8, 15. / 64});
}

TEST_CASE("Three single writers: each order is as likely as the others") {
  Program program(1, 0);
  program.tasks(3, [](unsigned) -> Program::Body { return [](Program& p) { p.write(0, 1); }; });
  std::string order = "ABC";
  do {
    CAPTURE(order);
    const Event in_order = [&](const sim::Execution& execution) {
      return testing::order_of(execution) == order;
    };
    check_oracle(program, in_order, {1. / 6, 1. / 6, 1. / 6, 1. / 6, 1. / 6});
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("CoRR2: a random walk and URW meet each of the 72 traces as often as summed up") {
  Program program = corr2();
  const Exact exact = exact_distributions(program);
  REQUIRE(exact.walk.size() == 72);
  sim::RandomWalk walk(range());
  check_distribution("random walk", program, walk, exact.walk);
  sim::Urw urw(range(), profile_of(program));
  check_distribution("URW", program, urw, exact.uniform);
}

// The bounds are those of 200,000 executions of another implementation, to two digits.
TEST_CASE("CoRR2: POS meets all 72 traces, PCT of depth 3 no more than 50 of them") {
  Program program = corr2();
  sim::Pos pos(range());
  const auto by_pos = traces_of(program, pos);
  CHECK(by_pos.size() == 72);
  const auto [least, most] = least_and_most(by_pos);
  INFO("POS with seed " << testing::sampling_seed() << ": from " << least << " to " << most);
  CHECK(least > 0.0034);
  CHECK(least < 0.0054);
  CHECK(most > 0.079);
  CHECK(most < 0.089);
  sim::Pct pct(range(), {3, 3}, profile_of(program).steps);
  CHECK(traces_of(program, pct).size() == 50);
}

TEST_CASE("URW: where tasks spawn tasks every interleaving is equally likely") {
  testing::Start model([](sim::Execution& execution) {
    auto& x = execution.make<sim::Marked<int>>(sim::ObjectName{"x"}, 1U, 0);
    const auto write_twice = [&x] {
      x.write_once(1);
      x.write_once(2);
    };
    execution.spawn("parent", [&x, write_twice] {
      x.write_once(1);
      sim::current().spawn("child", write_twice);
      x.write_once(2);
    });
    execution.spawn("other", write_twice);
  });
  std::set<std::string> interleavings;
  sim::DepthFirst every;
  sample(model, every, [&](const sim::Execution& execution) {
    interleavings.insert(testing::order_of(execution));
  });
  REQUIRE(interleavings.size() == 63);  // 7! / (5 * 4 * 2 * 2), by the hook length formula
  sim::Urw urw(range(), profile_of(model));
  std::map<std::string, Share> seen;
  sample(model, urw,
         [&](const sim::Execution& execution) { ++seen[testing::order_of(execution)].hits; });
  INFO("seed " << testing::sampling_seed());
  for (const std::string& order : interleavings) {
    CAPTURE(order);
    CHECK(Share{seen[order].hits, kRuns}.fits(1. / 63));
  }
}

TEST_CASE("SURW: orders of the interesting steps are equally likely beside many others") {
  testing::Start model([](sim::Execution& execution) {
    auto& x = execution.make<sim::Marked<int>>(sim::ObjectName{"x"}, 1U, 0);
    auto& own = execution.make<sim::Marked<int>>(sim::ObjectName{"own"}, 1U, 0);
    execution.spawn("busy", [&x, &own] {
      for (int i = 0; i < 3; ++i) {
        for (int k = 0; k < 4; ++k) own.write_once(k);
        x.write_once(i);
      }
    });
    execution.spawn("parent", [&x] {
      x.write_once(1);
      sim::current().spawn("child", [&x] { x.write_once(2); });
    });
  });
  // The order of the writes to x, and in it which of its writes each is: 5! / (3! * 2!) = 10.
  const auto order_of_x = [](const sim::Execution& execution) {
    std::string order;
    for (const sim::StepRecord& step : execution.record().steps)
      if (step.op.object != sim::kNoObject &&
          std::string_view(execution.object(step.op.object).class_name()) == "x")
        order += step.task == 0 ? 'b' : 'p';
    return order;
  };
  std::map<std::string, Share> seen;
  sim::Surw surw(range(), profile_of(model));
  sample(model, surw, [&](const sim::Execution& execution) { ++seen[order_of_x(execution)].hits; });
  INFO("seed " << testing::sampling_seed());
  CHECK(seen.size() == 10);
  for (auto& [order, share] : seen) {
    share.runs = kRuns;
    CAPTURE(order);
    CAPTURE(share.value());
    CHECK(share.fits(1. / 10));
  }
}

// A(A1,A2) B(B1,B2) C(C1) and the order A1 B1 C1 B2 A2: n = 3, k = 5, depth 4. The probabilities
// are exact: over all permutations and all change points, by the paper's rule.
TEST_CASE("PCT: the order that needs both demotions is met as often as the paper's rule gives") {
  Program program(1, 0);
  program.tasks(3, [](unsigned task) -> Program::Body {
    return [task](Program& p) {
      p.write(0, 1);
      if (task < 2) p.write(0, 2);
    };
  });
  const Event wanted = [](const sim::Execution& execution) {
    return testing::order_of(execution) == "ABCBA";
  };
  const double exact[] = {1. / 150, 2. / 125, 97. / 3750};
  for (std::uint32_t depth = 3; depth <= 5; ++depth) {
    sim::Pct pct(range(), {depth, depth}, 5);
    const Share share = share_of(program, pct, wanted);
    INFO("depth " << depth << ", seed " << testing::sampling_seed() << ": " << share.value());
    CHECK(share.fits(exact[depth - 3]));
    if (depth == 4) CHECK(share.allows_at_least(1. / (3 * 5 * 5 * 5)));
  }
}

// What each class of invariants promises: a reduced search finds what every interleaving shows, and
// does not where the class is declared wrongly.
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/cell.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "sim/invariant.hpp"
#include "sim/random.hpp"
#include "sim/strategies/depth_first.hpp"
#include "sim/sync/mutex.hpp"
#include "tests/support/sampled.hpp"

namespace {

using sim::Execution;
using sim::InvariantClass;
using Value = sim::Marked<int>;

/// Two cells, each of its own part of the state, and a lock.
class TwoCells : public sim::Model {
 public:
  using Body = std::function<void(TwoCells&)>;

  TwoCells(InvariantClass declared, std::int64_t (*measure)(const void*), std::vector<Body> bodies)
      : invariant_{"cells", declared,
                   "",      0b11U,
                   measure, [](const void*, std::int64_t value) { return std::to_string(value); }},
        bodies_(std::move(bodies)) {}

  void build(Execution& execution) override {
    x_ = &execution.make<Value>(sim::ObjectName{"x"}, 0b01U, 0);
    y_ = &execution.make<Value>(sim::ObjectName{"y"}, 0b10U, 0);
    lock_ = &execution.make<sim::mutex>(sim::ObjectName{"lock"});
    const bool guarded = invariant_.kind == InvariantClass::guarded;
    execution.watch(invariant_, this, guarded ? lock_ : nullptr);
  }
  void start(Execution& execution) override {
    for (const Body& body : bodies_) execution.spawn("task", [this, &body] { body(*this); });
  }
  std::uint64_t final_state() const override {
    return static_cast<std::uint64_t>(x_->peek() * 1000 + y_->peek());
  }

  Value& x() const { return *x_; }
  Value& y() const { return *y_; }
  sim::mutex& lock() const { return *lock_; }

 private:
  sim::Invariant invariant_;
  std::vector<Body> bodies_;
  Value* x_ = nullptr;
  Value* y_ = nullptr;
  sim::mutex* lock_ = nullptr;
};

const TwoCells& cells(const void* model) { return *static_cast<const TwoCells*>(model); }

std::int64_t both_are_up(const void* model) {
  return cells(model).x().peek() * cells(model).y().peek();
}

/// By any execution.
template <class Search>
std::set<std::string> found(TwoCells& model) {
  Search search;
  Execution execution;
  std::set<std::string> signatures;
  do {
    execution.run(model, search);
    for (const sim::Finding& finding : execution.findings()) signatures.insert(finding.signature());
  } while (search.advance());
  return signatures;
}

/// Does the reduced search with the declared class find what every interleaving shows?
struct Compared {
  std::set<std::string> all;
  bool agrees;
};

Compared compared(InvariantClass declared, std::int64_t (*measure)(const void*),
                  const std::vector<TwoCells::Body>& bodies) {
  TwoCells model(declared, measure, bodies);
  const std::set<std::string> all = found<sim::DepthFirst>(model);
  return {all, all == found<sim::OptimalDpor>(model)};
}

const TwoCells::Body kRaisesX = [](TwoCells& m) {
  m.x().write_once(1);
  m.x().write_once(0);
};
const TwoCells::Body kRaisesY = [](TwoCells& m) {
  m.y().write_once(1);
  m.y().write_once(0);
};

}  // namespace

TEST_CASE("What only an intermediate state of two independent steps shows needs to be relational") {
  const auto with = [](InvariantClass declared) {
    return compared(declared, both_are_up, {kRaisesX, kRaisesY});
  };
  CHECK(with(InvariantClass::relational).all == std::set<std::string>{"invariant: cells: 1"});
  CHECK(with(InvariantClass::relational).agrees);
  CHECK_FALSE(with(InvariantClass::stable).agrees);
  CHECK_FALSE(with(InvariantClass::additive).agrees);
}

TEST_CASE("What stays false once it is false may be declared stable") {
  const TwoCells::Body counts_both = [](TwoCells& m) {
    const int seen = m.y().read_once();
    m.x().write_once(seen + 1);
  };
  const TwoCells::Body raises_y_for_good = [](TwoCells& m) { m.y().write_once(1); };
  const auto too_much = [](const void* model) -> std::int64_t {
    return cells(model).x().peek() > 1 ? 1 : 0;
  };
  const Compared stable =
      compared(InvariantClass::stable, too_much, {counts_both, raises_y_for_good});
  CHECK(stable.all == std::set<std::string>{"invariant: cells: 1"});
  CHECK(stable.agrees);
}

TEST_CASE("What every step has to leave as it was may be declared additive") {
  // Two tasks move one each from x to y in one step (y is written beside it); one of them, where x
  // has been emptied before, moves nothing and counts all the same.
  const auto moves = [](bool sloppy) -> TwoCells::Body {
    return [sloppy](TwoCells& m) {
      m.x().update([&](int old) {
        sim::current().touch(m.y(), sim::Access::write);
        return old - (sloppy && old < 0 ? 0 : 1);
      });
    };
  };
  const auto moved = [](const void* model) -> std::int64_t { return cells(model).x().peek(); };
  const Compared additive = compared(InvariantClass::additive, moved, {moves(false), moves(true)});
  CHECK(additive.all.size() == 2);  // -1 in between, and -2 where the sloppy one came first
  CHECK(additive.agrees);
}

TEST_CASE("What holds while a lock is free may be declared guarded if it changes under it only") {
  const auto differ = [](const void* model) -> std::int64_t {
    return cells(model).x().peek() - cells(model).y().peek();
  };
  const auto moves = [](int amount, int other) -> TwoCells::Body {
    return [=](TwoCells& m) {
      m.lock().lock();
      m.x().write_once(amount);
      m.y().write_once(other);
      m.lock().unlock();
    };
  };
  const Compared guarded = compared(InvariantClass::guarded, differ, {moves(1, 1), moves(2, 3)});
  CHECK(guarded.all == std::set<std::string>{"invariant: cells: -1"});
  CHECK(guarded.agrees);
  // Without the lock the tasks are independent, and what is between their steps goes unseen.
  const Compared unguarded = compared(InvariantClass::guarded, both_are_up, {kRaisesX, kRaisesY});
  CHECK(unguarded.all == std::set<std::string>{"invariant: cells: 1"});
  CHECK_FALSE(unguarded.agrees);
}

TEST_CASE("A reduced search meets every state of what a relational invariant reads") {
  const auto state = [](const void* model) -> std::int64_t {
    return cells(model).x().peek() * 100 + cells(model).y().peek();
  };
  std::size_t states = 0;
  std::size_t missed = 0;  // where the class is declared wrongly
  for (std::uint64_t number = 0; number < 100; ++number) {
    sim::Random random(testing::sampling_seed(), number);
    std::vector<TwoCells::Body> bodies;
    for (std::uint32_t left = 2 + random.below(2); left > 0; --left)
      bodies.push_back([seed = random.next(), length = 1 + random.below(2)](TwoCells& m) {
        sim::Random own(seed);
        for (std::uint32_t i = 0; i < length; ++i) {
          Value& cell = own.below(2) == 0 ? m.x() : m.y();
          const int value = 1 + static_cast<int>(own.below(9));
          switch (own.below(3)) {
            case 0: cell.read_once(); break;
            case 1: cell.write_once(value); break;
            default: cell.compare_exchange(0, value); break;
          }
        }
      });
    CAPTURE(testing::sampling_seed());
    CAPTURE(number);
    const Compared relational = compared(InvariantClass::relational, state, bodies);
    CHECK(relational.agrees);
    states += relational.all.size();
    missed += compared(InvariantClass::stable, state, bodies).agrees ? 0 : 1;
  }
  CHECK(states > 200);
  CHECK(missed > 20);
}

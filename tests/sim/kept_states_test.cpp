// Going back to a kept state is to be seen in nothing but the time that it takes.
#include "sim/kept_states.hpp"

#include <memory_resource>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/cell.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "sim/explore/preemption_bounded.hpp"
#include "sim/explore/source_dpor.hpp"
#include "sim/fiber_switch.hpp"
#include "tests/support/executions_seen.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/strategies.hpp"

namespace {

using testing::executions_seen;
using testing::ExecutionsSeen;

#ifdef FSWEAVE_ASAN
constexpr bool kKeeps = false;
#else
constexpr bool kKeeps = true;
#endif

template <class Search, class... Args>
void sees_the_same(sim::Model& model, const sim::ExecutionOptions& options, Args... args) {
  constexpr std::size_t kMost = 150;
  Search kept(args...);
  Search repeated(args...);
  const ExecutionsSeen a = executions_seen(model, kept, true, kMost, options);
  const ExecutionsSeen b = executions_seen(model, repeated, false, kMost, options);
  CHECK(a.executions == b.executions);
  CHECK(b.built == b.executions.size());
}

}  // namespace

TEST_CASE("On random programs every execution is the same whether states are kept or not") {
  const std::uint64_t seed = testing::seed_of_run();
  for (std::uint64_t number = 0; number < 200; ++number)
    testing::with_random_program(seed, number, 14, [&](auto& model, const auto&) {
      sim::ExecutionOptions options;
      if (number % 5 == 0) options.max_steps = 9;
      sees_the_same<sim::OptimalDpor>(model, options);
      sees_the_same<sim::SourceDpor>(model, options);
      sees_the_same<sim::PreemptionBounded>(model, options, 1U, std::size_t{1} << 30);
    });
}

TEST_CASE("A strategy that samples makes the same executions whether states are kept or not") {
  const std::uint64_t seed = testing::seed_of_run();
  for (std::uint64_t number = 0; number < 20; ++number)
    testing::with_random_program(seed, number, 14, [&](auto& model, const auto&) {
      sim::Execution execution;
      const sim::Profile profile = sim::profile(execution, model);
      for (const testing::NamedStrategy& strategy : testing::random_strategies()) {
        INFO(strategy.name);
        const auto kept = strategy.make({seed, 0, 50}, profile);
        const auto repeated = strategy.make({seed, 0, 50}, profile);
        CHECK(executions_seen(model, *kept, true, 50).executions ==
              executions_seen(model, *repeated, false, 50).executions);
      }
    });
}

TEST_CASE("A model that is kept is built twice, however many executions there are") {
  testing::Program program = testing::last_zero(6);
  sim::OptimalDpor search;
  const ExecutionsSeen seen = executions_seen(program, search, true, 1'000);
  CHECK(seen.executions.size() == 144);  // (n + 3) 2^(n - 2)
  CHECK(seen.built == (kKeeps ? 2 : seen.executions.size()));
}

namespace {

/// Two tasks on a variable; what they saw is kept in a list that grows in the arena, by much at a
/// time if asked for, and in a member that does not belong there.
class Log final : public sim::Model {
 public:
  explicit Log(std::size_t padding) : padding_(padding) {}

  void build(sim::Execution& execution) override {
    variable_ = &execution.make<sim::Marked<int>>(sim::ObjectName{"variable"}, 1U, 0);
    log_ = &execution.make<std::pmr::vector<int>>(&execution.untracked_memory());
    outside_ = 0;
  }
  void start(sim::Execution& execution) override {
    for (int task = 1; task <= 2; ++task) execution.spawn("task", [this, task] { run(task); });
  }
  bool lives_in_arena() const override { return true; }
  std::uint64_t final_state() const override {
    std::uint64_t state = 0;
    for (const int value : *log_) state = 31 * state + static_cast<std::uint64_t>(value);
    return state;
  }
  std::uint64_t outside() const { return outside_; }

 private:
  void run(int task) {
    for (int i = 0; i < 10; ++i) {
      const int old = variable_->read_once();
      variable_->write_once(10 * old % 97 + task);
      static_cast<void>(sim::current().untracked_memory().allocate(padding_ + 1));
      log_->push_back(old);
      outside_ = 31 * outside_ + static_cast<std::uint64_t>(old);
    }
  }

  std::size_t padding_;
  sim::Marked<int>* variable_ = nullptr;
  std::pmr::vector<int>* log_ = nullptr;
  std::uint64_t outside_ = 0;
};

}  // namespace

TEST_CASE("What stands in later parts of the arena goes back, too") {
  for (const std::size_t padding : {std::size_t{0}, std::size_t{100'000}, std::size_t{300'000}}) {
    Log log(padding);
    sees_the_same<sim::OptimalDpor>(log, {});
  }
}

TEST_CASE("What does not live in the arena is missed") {
  const auto outsides = [](bool keeps) {
    Log log(0);
    testing::CountedModel counted(log, keeps);
    sim::Execution execution;
    sim::OptimalDpor search;
    std::vector<std::uint64_t> seen;
    execution.run(counted, search);
    while (search.advance() && seen.size() < 100) {
      execution.run_on(counted, search, search.shared());
      seen.push_back(log.outside());
    }
    return seen;
  };
  CHECK((outsides(true) == outsides(false)) == !kKeeps);
}

namespace {

/// Tasks that each run `body` on a variable, as often as asked for.
class Alike final : public sim::Model {
 public:
  using Body = void (*)(sim::Marked<int>& variable);

  Alike(unsigned tasks, Body body) : tasks_(tasks), body_(body) {}
  void build(sim::Execution& execution) override {
    variable_ = &execution.make<sim::Marked<int>>(sim::ObjectName{"variable"}, 1U, 0);
  }
  void start(sim::Execution& execution) override {
    for (unsigned i = 0; i < tasks_; ++i) execution.spawn("task", [this] { body_(*variable_); });
  }
  bool lives_in_arena() const override { return true; }

 private:
  unsigned tasks_;
  Body body_;
  sim::Marked<int>* variable_ = nullptr;
};

}  // namespace

TEST_CASE("Who is inside a held window is known again") {
  Alike model(2, [](sim::Marked<int>& variable) {
    for (int i = 0; i < 6; ++i) variable.write_once(i);
    sim::at<"held:begin">();
    for (int i = 0; i < 12; ++i) variable.write_once(i);
    sim::at<"held:end">();
    for (int i = 0; i < 6; ++i) variable.write_once(i);
  });
  sim::ExecutionOptions options;
  options.held.push_back({"", &sim::label_object<"held:begin">, &sim::label_object<"held:end">});
  sees_the_same<sim::OptimalDpor>(model, options);
}

TEST_CASE("An execution that needs too many tasks is cut behind a kept state, too") {
  Alike model(2, [](sim::Marked<int>& variable) {
    for (unsigned i = 0; i < sim::kMaxTasks; ++i) {
      variable.write_once(1);
      sim::current().spawn("child", [] {});
    }
  });
  sees_the_same<sim::OptimalDpor>(model, {});
}

TEST_CASE("What is chosen before the first step is chosen anew in each execution") {
  class Chooser final : public sim::Model {
   public:
    void build(sim::Execution& execution) override {
      variable_ = &execution.make<sim::Marked<unsigned>>(sim::ObjectName{"variable"}, 1U, 0U);
    }
    void start(sim::Execution& execution) override {
      for (unsigned task = 0; task < 2; ++task)
        execution.spawn("task", [this] {
          const unsigned value = sim::current().choose("value", 3);
          variable_->write_once(2 * variable_->read_once() + value);
        });
    }
    bool lives_in_arena() const override { return true; }
    std::uint64_t final_state() const override { return variable_->peek(); }

   private:
    sim::Marked<unsigned>* variable_ = nullptr;
  } chooser;
  sees_the_same<sim::OptimalDpor>(chooser, {});
}

TEST_CASE("The further before the latest state, the fewer are kept") {
  sim::KeptStates states;
  const auto gaps_grow = [&states] {
    for (std::size_t i = 2; i < states.size(); ++i) {
      const std::uint32_t behind = states.latest().steps - states[i].steps;
      const std::uint32_t apart = states[i].steps - states[i - 2].steps;
      if (2 * apart <= behind) return false;
    }
    return true;
  };
  for (std::uint32_t step = 0; step < 100'000; step += 8) {
    states.add(step);
    REQUIRE(states[0].steps == 0);
    REQUIRE(states.latest().steps == step);
    REQUIRE(gaps_grow());
    REQUIRE(states.size() < 60);
  }
  const std::size_t all = states.size();
  states.forget_behind(50'000);
  CHECK(states.latest().steps <= 50'000);
  CHECK(states.latest().steps > 25'000);
  CHECK(states.size() < all);
  states.add(50'008);
  CHECK(states.latest().steps == 50'008);
  states.clear();
  CHECK(states.empty());
}

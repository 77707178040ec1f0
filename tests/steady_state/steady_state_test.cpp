// Once its buffers have grown, an execution costs no global allocation and no system call.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>

#include <doctest/doctest.h>

#include "core/scenario/case_plan.hpp"
#include "core/scenario/scenario.hpp"
#include "core/scenario/world.hpp"
#include "sim/cell.hpp"
#include "sim/random.hpp"
#include "tests/steady_state/allocations.hpp"
#include "tests/support/strategies.hpp"
#include "tests/support/system_calls.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define FSWEAVE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FSWEAVE_SANITIZED 1
#endif
#endif

namespace {

constexpr std::uint64_t kExecutions = 300;

/// Three tasks of twenty marked accesses each to eight variables.
class MarkedAccesses final : public sim::Model {
 public:
  bool lives_in_arena() const override { return true; }
  void build(sim::Execution& execution) override {
    for (unsigned i = 0; i < 8; ++i)
      variables_[i] =
          &execution.make<sim::Marked<unsigned>>(sim::ObjectName{"variable", nullptr, i}, 1U, 0U);
  }
  void start(sim::Execution& execution) override {
    for (unsigned task = 0; task < 3; ++task)
      execution.spawn("task", [this, task] { access_all(task); });
  }

 private:
  void access_all(unsigned task) {
    sim::Random random(task);
    for (unsigned i = 0; i < 20; ++i) {
      sim::Marked<unsigned>& variable = *variables_[random.below(8)];
      if (random.below(2) == 0) {
        variable.read_once();
      } else {
        variable.write_once(task);
      }
    }
  }

  sim::Marked<unsigned>* variables_[8]{};
};

/// Buffered and direct writes of one file, with everything that they queue, on today's btrfs.
constexpr const char* kWrites = R"({
  "fsweave": 1,
  "source": "test",
  "fs": { "type": "btrfs", "nodatacow": true },
  "setup": ["open -f a-file-whose-name-is-too-long-for-a-small-string"],
  "tasks": { "writer": ["pwrite 0 8k", "fsync"], "direct": ["pwrite -d 4k 4k"],
             "flusher": ["writeback 0 8k"], "shrinker": ["reclaim 0 8k"] },
  "teardown": ["fsync", "umount"],
  "window": "writer: pwrite:failed .. pwrite:failed",
  "cases": [{ "name": "today", "search": "random", "expect": "unseen" }]
})";

class Searched {
 public:
  Searched(sim::Model& model, const testing::MakeSearch& make, sim::ExecutionOptions options = {})
      : model_(model), execution_(std::move(options)) {
    search_ = make({1, 0, kExecutions}, sim::profile(execution_, model));
  }

  /// The same executions each time; all but the first share the setup where it is kept.
  void run() {
    auto& search = dynamic_cast<sim::Sampling&>(*search_);
    search.go_to(0);
    execution_.run(model_, search);
    look();
    while (search.advance()) {
      execution_.run_on(model_, search, search.shared());
      look();
    }
  }

  std::uint64_t steps() const { return steps_; }

 private:
  void look() {
    steps_ += execution_.step();
    for (const sim::Finding& finding : execution_.findings()) {
      INFO(finding.text);
      CHECK_MESSAGE(false, "a finding is text, and allocates");
    }
  }

  sim::Model& model_;
  sim::Execution execution_;
  std::unique_ptr<sim::Search> search_;
  std::uint64_t steps_ = 0;
};

void costs_nothing(sim::Model& model, const sim::ExecutionOptions& options = {}) {
  for (const testing::NamedStrategy& strategy : testing::random_strategies()) {
    INFO(strategy.name);
    Searched searched(model, strategy.make, options);
    searched.run();
    CHECK(searched.steps() > kExecutions * 50);

    const std::uint64_t before = testing::allocations();
    searched.run();
    CHECK(testing::allocations() - before == 0);

#ifdef FSWEAVE_SANITIZED
    std::printf("skipped: sanitizers make system calls of their own\n");
#else
    const auto calls = testing::makes_system_calls([&] { searched.run(); });
    if (calls) {
      CHECK_FALSE(*calls);
    } else {
      std::printf("skipped: no seccomp filter is allowed here, system calls are not counted\n");
    }
#endif
  }
}

}  // namespace

TEST_CASE("An execution of marked accesses allocates nothing and makes no system call") {
  MarkedAccesses model;
  costs_nothing(model);
}

TEST_CASE("An execution of a btrfs scenario allocates nothing and makes no system call") {
  const scenario::Scenario scenario = scenario::parse_scenario(kWrites, "writes.json");
  const scenario::CasePlan plan = scenario::plan_case(scenario, scenario.cases.front());
  scenario::World world(scenario, plan.fixes);
  costs_nothing(world, plan.options);
}

TEST_CASE("Allocations and system calls are noticed") {
  const std::uint64_t before = testing::allocations();
  const auto kept = std::make_unique<std::uint64_t>(before);
  CHECK(testing::allocations() > *kept);
#ifndef FSWEAVE_SANITIZED
  const auto calls = testing::makes_system_calls([] { static_cast<void>(::getppid()); });
  if (calls) CHECK(*calls);
#endif
}

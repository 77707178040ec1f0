// What the alternatives to 0ea6560abb3b cost: how often an operation takes i_data_sem, and in how
// many classes of executions somebody waits for it. The numbers stand in docs/EXT4.md.
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "sim/explore/explorer.hpp"
#include "sim/explore/source_dpor.hpp"
#include "sim/strategies/fixed_order.hpp"
#include "tests/core/ext4/scene.hpp"

using namespace testing::ext4;

namespace {

struct Fixed final : sim::Strategy {
  sim::TaskId next_task(const sim::Execution& execution) override {
    return sim::fixed_order(execution);
  }
  std::uint32_t choose(const sim::Execution&, const char*, std::uint32_t) override { return 0; }
};

struct Taken {
  int exclusive = 0;
  int shared = 0;

  friend bool operator==(const Taken&, const Taken&) = default;
};

std::string with_recheck(const char* recheck) {
  return R"(, "fixes": {"0ea6560abb3b": ")" + std::string(recheck) + "\"}";
}

bool on_data_sem(const sim::Execution& execution, const sim::StepRecord& step) {
  return std::string_view(execution.object(step.op.object).class_name()) == "i_data_sem";
}

/// Of one operation, alone.
Taken taken(const Commands& setup, const std::string& command, const char* recheck) {
  Scene scene{setup, {{"user", {command}}}, "", with_recheck(recheck)};
  const scenario::Scenario read = scenario::parse_scenario(text_of(scene), "cost");
  scenario::World world(read, scenario::select_fixes(read, read.cases.front()));
  sim::Execution execution;
  Fixed fixed;
  execution.run(world, fixed);
  Taken result;
  for (const sim::StepRecord& step : execution.record().steps) {
    if (step.phase != sim::Phase::explored || !on_data_sem(execution, step)) continue;
    result.exclusive += step.op.kind == sim::OpKind::down_write ? 1 : 0;
    result.shared += step.op.kind == sim::OpKind::down_read ? 1 : 0;
  }
  return result;
}

/// Counts classes in which a task queued for i_data_sem.
class CountingWaits final : public sim::Search {
 public:
  void begin(const sim::Execution& execution) override { search_.begin(execution); }
  sim::TaskId next_task(const sim::Execution& execution) override {
    return search_.next_task(execution);
  }
  std::uint32_t choose(const sim::Execution& execution, const char* what,
                       std::uint32_t options) override {
    return search_.choose(execution, what, options);
  }
  void end(const sim::Execution& execution) override {
    search_.end(execution);
    if (search_.redundant()) return;
    ++classes;
    for (const sim::StepRecord& step : execution.record().steps) {
      if (step.op.kind != sim::OpKind::granted || !on_data_sem(execution, step)) continue;
      ++waiting;
      return;
    }
  }
  bool redundant() const override { return search_.redundant(); }
  bool complete() const override { return search_.complete(); }
  bool advance() override { return search_.advance(); }

  int classes = 0;
  int waiting = 0;

 private:
  sim::SourceDpor search_;
};

struct Waits {
  int waiting;
  int classes;
};

Waits waits(const Scene& scene) {
  const scenario::Scenario read = scenario::parse_scenario(text_of(scene), "cost");
  scenario::World world(read, scenario::select_fixes(read, read.cases.front()));
  sim::Execution execution;
  CountingWaits search;
  CHECK(sim::explore(execution, world, search).complete());
  return {search.waiting, search.classes};
}

const Commands kHoleCached{"open -f foo", "truncate 8k", "mmap 0 8k", "mread 0 8k"};
const Commands kHole{"open -f foo", "truncate 8k", "mmap 0 8k", "mread 0 8k", "es_shrink foo"};
const Commands kWritten{"open -f foo", "pwrite 0 8k", "fsync",
                        "reclaim foo", "mmap 0 8k",   "mread 0 8k"};
const Commands kUnwritten{"open -f foo", "falloc 0 8k", "mmap 0 8k", "mread 0 8k"};
const Commands kDirty{"open -f foo", "truncate 8k", "mmap 0 8k", "mwrite 0 4k"};

constexpr const char* kToday = "extent_status_and_disk";
constexpr const char* kAround = "write_lock_around_all";

}  // namespace

TEST_CASE("A store to a hole takes i_data_sem once for writing, with and without the fix") {
  for (const char* recheck : {"none", "extent_status", kToday, kAround}) {
    CAPTURE(std::string(recheck));
    CHECK(taken(kHoleCached, "foo: mwrite 0 4k", recheck) == Taken{1, 0});
  }
  // What is not cached is looked up under the shared semaphore first.
  CHECK(taken(kHole, "foo: mwrite 0 4k", kToday) == Taken{1, 1});
  CHECK(taken(kHole, "foo: mwrite 0 4k", kAround) == Taken{1, 0});
}

TEST_CASE("The write lock around everything is taken where today takes none: known blocks") {
  for (const Commands& setup : {kWritten, kUnwritten}) {
    CHECK(taken(setup, "foo: mwrite 0 4k", kToday) == Taken{0, 0});
    CHECK(taken(setup, "foo: mwrite 0 4k", kAround) == Taken{1, 0});
    CHECK(taken(setup, "foo: pwrite 0 8k", kToday) == Taken{0, 0});
    CHECK(taken(setup, "foo: pwrite 0 8k", kAround) == Taken{2, 0});
  }
  // A buffer that is mapped is not mapped again.
  CHECK(taken(kDirty, "foo: mwrite 0 4k", kAround) == Taken{0, 0});
  CHECK(taken(kDirty, "foo: pwrite 0 4k", kAround) == Taken{0, 0});
}

TEST_CASE("Two faults on written blocks wait for i_data_sem under the write lock only") {
  const Scene today{kWritten,
                    {{"left", {"foo: mwrite 0 4k"}}, {"right", {"foo: mwrite 4k 4k"}}},
                    "",
                    with_recheck(kToday)};
  Scene around = today;
  around.kernel = with_recheck(kAround);
  CHECK(waits(today).waiting == 0);
  CHECK(waits(around).waiting != 0);
  MESSAGE("today: ", waits(today).waiting, " of ", waits(today).classes,
          ", around: ", waits(around).waiting, " of ", waits(around).classes);
}

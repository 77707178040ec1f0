// What the alternatives to 0ea6560abb3b cost: how often an operation takes i_data_sem, and in how
// many classes of executions somebody waits for it; and how often samples meet the race. All of the
// numbers are docs/EXT4_COST.md; FSWEAVE_ACCEPT=1 writes it.
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "core/scenario/case_runner.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/explore/source_dpor.hpp"
#include "sim/strategies/fixed_order.hpp"
#include "tests/core/ext4/scene.hpp"
#include "tests/support/document.hpp"

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
constexpr const char* kVariants[] = {"none", "extent_status", kToday, kAround};

Scene two_tasks(const Commands& setup, const std::string& left, const std::string& right,
                const char* recheck) {
  return {
      setup, {{"left", {"foo: " + left}}, {"right", {"foo: " + right}}}, "", with_recheck(recheck)};
}

struct Alone {
  const char* what;
  const Commands* setup;
  const char* command;
};

const Alone kAlone[] = {
    {"store to a hole that is cached", &kHoleCached, "mwrite 0 4k"},
    {"store to a hole that is not cached", &kHole, "mwrite 0 4k"},
    {"first store to a written block since its folio was read", &kWritten, "mwrite 0 4k"},
    {"first store to an unwritten block", &kUnwritten, "mwrite 0 4k"},
    {"write of two holes that are cached", &kHoleCached, "pwrite 0 8k"},
    {"write of two holes that are not cached", &kHole, "pwrite 0 8k"},
    {"write of two such written blocks", &kWritten, "pwrite 0 8k"},
    {"write of two such unwritten blocks", &kUnwritten, "pwrite 0 8k"},
    {"store to a block that is dirty already", &kDirty, "mwrite 0 4k"},
    {"write to a block that is dirty already", &kDirty, "pwrite 0 4k"},
};

struct Together {
  const char* what;
  const Commands* setup;
  const char* left;
  const char* right;
};

const Together kTogether[] = {
    {"first stores to two written blocks", &kWritten, "mwrite 0 4k", "mwrite 4k 4k"},
    {"first stores to two unwritten blocks", &kUnwritten, "mwrite 0 4k", "mwrite 4k 4k"},
    {"stores to two holes that are cached", &kHoleCached, "mwrite 0 4k", "mwrite 4k 4k"},
    {"stores to two holes that are not cached", &kHole, "mwrite 0 4k", "mwrite 4k 4k"},
    {"store and fallocate, one hole that is cached", &kHoleCached, "mwrite 0 4k", "falloc 0 4k"},
    {"store and fallocate, one hole that is not cached", &kHole, "mwrite 0 4k", "falloc 0 4k"},
    {"first store to a written block and fallocate of it", &kWritten, "mwrite 0 4k", "falloc 0 4k"},
};

struct Sampler {
  const char* name;
  scenario::Search::Strategy strategy;
};

constexpr Sampler kSamplers[] = {{"random", scenario::Search::Strategy::random},
                                 {"pct", scenario::Search::Strategy::pct},
                                 {"pos", scenario::Search::Strategy::pos},
                                 {"urw", scenario::Search::Strategy::urw},
                                 {"surw", scenario::Search::Strategy::surw}};
constexpr std::uint64_t kSamples = 10'000;

/// How many of the samples show what eviction prints about the leak.
std::uint64_t leaks_in_samples(const Commands& setup, scenario::Search::Strategy strategy) {
  Scene scene = two_tasks(setup, "mwrite 0 4k", "falloc 0 4k", "none");
  scene.kernel = R"(, "era": "ext4-6.10")";
  const scenario::Scenario read = scenario::parse_scenario(text_of(scene), "samples");
  scenario::CaseRunner runner(read, read.cases.front());
  scenario::Search how;
  how.strategy = strategy;
  how.seed = 1;
  how.runs = kSamples;
  std::uint64_t leaks = 0;
  for (const scenario::FindingGroup& group : runner.search(how, {}).groups)
    if (group.name == "ext4_destroy_inode") leaks += group.executions;
  return leaks;
}

constexpr const char* kHead = R"(# What the variants of 0ea6560abb3b cost

Written by `tests/core` (`FSWEAVE_ACCEPT=1 ./dev test --long core`); a plain long run compares. The
variants say what a fault or write looks at again under i_data_sem before it inserts a delayed
block: nothing (Linux 6.10), the extent status, that and the disk (the fix), or that it holds
i_data_sem for writing from the start.

i_data_sem as one operation alone takes it: exclusive/shared.

| operation | nothing | extent status | the fix | write lock around everything |
| --- | --- | --- | --- | --- |
)";

std::string document() {
  std::string text = kHead;
  for (const Alone& row : kAlone) {
    text += std::string("| ") + row.what + " |";
    for (const char* const variant : kVariants) {
      const Taken now = taken(*row.setup, std::string("foo: ") + row.command, variant);
      text += " " + std::to_string(now.exclusive) + "/" + std::to_string(now.shared) + " |";
    }
    text += "\n";
  }
  text +=
      "\nTwo tasks: classes of executions in which somebody waits for i_data_sem.\n\n"
      "| tasks | nothing | extent status | the fix | write lock around everything |\n"
      "| --- | --- | --- | --- | --- |\n";
  for (const Together& row : kTogether) {
    text += std::string("| ") + row.what + " |";
    for (const char* const variant : kVariants) {
      const Waits now = waits(two_tasks(*row.setup, row.left, row.right, variant));
      text += " " + std::to_string(now.waiting) + " of " + std::to_string(now.classes) + " |";
    }
    text += "\n";
  }
  text +=
      "\n## How often a sample meets the race\n\nA store against fallocate on one hole, Linux "
      "6.10, seed 1: samples of " +
      std::to_string(kSamples) +
      " whose eviction says that\ni_reserved_data_blocks is not cleared.\n\n"
      "| strategy | hole cached | hole not cached |\n| --- | --- | --- |\n";
  for (const Sampler& sampler : kSamplers)
    text += std::string("| `") + sampler.name + "` | " +
            std::to_string(leaks_in_samples(kHoleCached, sampler.strategy)) + " | " +
            std::to_string(leaks_in_samples(kHole, sampler.strategy)) + " |\n";
  return text;
}

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
  CHECK(waits(two_tasks(kWritten, "mwrite 0 4k", "mwrite 4k 4k", kToday)).waiting == 0);
  CHECK(waits(two_tasks(kWritten, "mwrite 0 4k", "mwrite 4k 4k", kAround)).waiting != 0);
}

TEST_CASE("docs/EXT4_COST.md is what each variant costs, and how often samples meet the race" *
          doctest::test_suite("long")) {
  support::check_document("EXT4_COST.md", document());
}

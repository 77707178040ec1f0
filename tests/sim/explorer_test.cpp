#include "sim/explore/explorer.hpp"

#include <string>

#include <doctest/doctest.h>

#include "sim/explore/optimal_dpor.hpp"
#include "sim/explore/preemption_bounded.hpp"
#include "sim/explore/verdict.hpp"
#include "sim/strategies/depth_first.hpp"
#include "sim/strategies/random_walk.hpp"
#include "sim/strategies/replay.hpp"
#include "tests/sim/small_models.hpp"
#include "tests/support/programs.hpp"

using namespace sim;
using small_models::CrossedLocks;
using small_models::LostUpdate;

namespace {

template <class S, class... Args>
SearchResult searched(Model& model, ExecutionOptions options, const ExploreOptions& explore_options,
                      Args... args) {
  Execution execution(std::move(options));
  S search(args...);
  return explore(execution, model, search, explore_options);
}

template <class S>
SearchResult searched(Model& model) {
  return searched<S>(model, ExecutionOptions{}, ExploreOptions{});
}

Window read_to_written(const char* task) {
  return {task, find_label("add_one:value_read"), find_label("add_one:value_written")};
}

/// Two tasks write a plain cell without order.
class PlainRace : public Model {
 public:
  void build(Execution& execution) override {
    cell_ = &execution.make<Owned<int>>("i_size", 1U, 0);
    marked_ = &execution.make<Marked<int>>(ObjectName{"flag"}, 1U, 0);
  }
  void start(Execution& execution) override {
    for (const char* name : {"one", "two"})
      execution.spawn(name, [this] {
        marked_->read_once();
        ++cell_->write();
      });
  }

 private:
  Owned<int>* cell_ = nullptr;
  Marked<int>* marked_ = nullptr;
};

/// Two tasks take two locks in opposite orders, but never both at once: a third lock is around.
class GatedLocks : public Model {
 public:
  void build(Execution& execution) override {
    for (int i = 0; i < 3; ++i) locks_[i] = &execution.make<mutex>(ObjectName{kNames[i]});
  }
  void start(Execution& execution) override {
    execution.spawn("up", [this] { both(1, 2); });
    execution.spawn("down", [this] { both(2, 1); });
  }

 private:
  void both(int first, int second) {
    locks_[0]->lock();
    locks_[first]->lock();
    locks_[second]->lock();
    locks_[second]->unlock();
    locks_[first]->unlock();
    locks_[0]->unlock();
  }
  static constexpr const char* kNames[] = {"gate", "lock_a", "lock_b"};
  mutex* locks_[3]{};
};

/// One task that never ends.
class Forever : public Model {
 public:
  void build(Execution& execution) override {
    cell_ = &execution.make<Marked<int>>(ObjectName{"cell"}, 1U, 0);
  }
  void start(Execution& execution) override {
    execution.spawn("spinner", [this] {
      while (cell_->read_once() == 0) {
      }
    });
  }

 private:
  Marked<int>* cell_ = nullptr;
};

}  // namespace

TEST_CASE("the lost update: two of six interleavings are clean, and the witness loses it again") {
  LostUpdate model;
  const SearchResult all = searched<DepthFirst>(model);
  CHECK(all.executions == 6);
  CHECK(all.clean == 2);
  CHECK(all.complete());
  CHECK(all.redundant == 0);
  CHECK(all.final_states == std::map<std::uint64_t, std::uint64_t>{{1, 4}, {2, 2}});
  REQUIRE(all.findings.size() == 1);
  CHECK(all.findings[0].executions == 4);
  CHECK(all.labels == std::set<std::string_view>{"add_one:value_read", "add_one:value_written"});

  Execution execution;
  ReplayStrategy replay(recording_of(all.findings[0].witness));
  execution.run(model, replay);
  CHECK(!replay.divergence());
  REQUIRE(execution.findings().size() == 1);
  CHECK(execution.findings()[0].signature() == all.findings[0].finding.signature());
}

TEST_CASE("a reducing search finds the same states and findings") {
  LostUpdate model;
  const SearchResult all = searched<DepthFirst>(model);
  const SearchResult classes = searched<OptimalDpor>(model);
  CHECK(classes.complete());
  CHECK(classes.executions < all.executions);
  REQUIRE(classes.findings.size() == 1);
  CHECK(classes.findings[0].finding.signature() == all.findings[0].finding.signature());
  CHECK(classes.final_states.size() == 2);
}

TEST_CASE("deadlocks are counted, and executions that end in one have no final state") {
  CrossedLocks model;
  const SearchResult all = searched<DepthFirst>(model);
  CHECK(all.deadlocks > 0);
  CHECK(all.has(FindingKind::deadlock));
  std::uint64_t quiescent = 0;
  for (const auto& [state, executions] : all.final_states) quiescent += executions;
  CHECK(quiescent + all.deadlocks == all.executions);
}

TEST_CASE("a search stops at its limit, at the first finding, or when the caller says so") {
  LostUpdate model;
  ExploreOptions limit;
  limit.max_runs = 3;
  SearchResult result = searched<DepthFirst>(model, {}, limit);
  CHECK(result.executions == 3);
  CHECK(!result.exhausted);
  limit.max_runs = 6;
  CHECK(searched<DepthFirst>(model, {}, limit).exhausted);

  ExploreOptions first;
  first.stop_at_first_finding = true;
  result = searched<DepthFirst>(model, {}, first);
  CHECK(result.findings.size() == 1);
  CHECK(result.findings[0].first_run + 1 == result.runs());
  CHECK(result.executions < 6);

  ExploreOptions caller;
  std::uint64_t calls = 0;
  caller.progress = [&calls](const SearchResult& so_far) {
    ++calls;
    return so_far.runs() < 2;
  };
  CHECK(searched<DepthFirst>(model, {}, caller).executions == 2);
  CHECK(calls == 2);
}

TEST_CASE("sometimes, always and never are claims of complete searches") {
  LostUpdate racy;
  LostUpdate atomic(true);
  Judgement judgement = judge(searched<DepthFirst>(racy), "value");
  CHECK(judgement.verdict == Verdict::sometimes);
  CHECK(judgement.executions == 4);
  CHECK(judgement.sentence == "sometimes: 4 of 6 executions show value");
  CHECK(judge(searched<DepthFirst>(racy), "deadlock").verdict == Verdict::never);
  judgement = judge(searched<DepthFirst>(atomic));
  CHECK(judgement.verdict == Verdict::never);
  CHECK(judgement.sentence == "never: none of 2 executions shows a finding");

  ExecutionOptions held;
  held.held = {read_to_written("left"), read_to_written("right")};
  CHECK(judge(searched<DepthFirst>(racy, held, {})).verdict == Verdict::never);

  PlainRace race;
  CHECK(judge(searched<DepthFirst>(race), "data-race").verdict == Verdict::always);
}

TEST_CASE("under a bound on preemptions nothing is never or always, only within the bound") {
  CrossedLocks model;
  const auto within = [&model](std::uint32_t bound, std::size_t bytes = std::size_t{1} << 28) {
    return searched<PreemptionBounded>(model, {}, {}, bound, bytes);
  };
  Judgement judgement = judge(within(0), "deadlock");
  CHECK(judgement.verdict == Verdict::never_within);
  CHECK(judgement.sentence == "never within 0 preemptions: none of 2 executions shows deadlock");
  CHECK(judge(within(0)).verdict == Verdict::sometimes);  // the lock order, which nothing gates
  judgement = judge(within(0), "lock-order");
  CHECK(judgement.sentence ==
        "sometimes: all of 2 executions within 0 preemptions show lock-order");
  // One preemption is enough for everything that can happen.
  CHECK(judge(within(1), "deadlock").sentence == "sometimes: 1 of 3 executions show deadlock");
  CHECK(judge(within(1), "value").verdict == Verdict::never);

  judgement = judge(within(1, 1), "deadlock");
  CHECK(judgement.verdict == Verdict::incomplete);
  CHECK(judgement.sentence ==
        "incomplete: none of 1 execution shows deadlock, but the search reached its limit of 0 MiB "
        "of memory");
}

TEST_CASE("a search that was ended early says incomplete, or seen, and never more") {
  LostUpdate model;
  ExploreOptions one;
  one.max_runs = 1;
  Judgement judgement = judge(searched<DepthFirst>(model, {}, one));
  CHECK(judgement.verdict == Verdict::incomplete);
  CHECK(judgement.sentence ==
        "incomplete: none of 1 execution shows a finding, but the search was ended early");
  one.max_runs = 3;
  CHECK(judge(searched<DepthFirst>(model, {}, one)).verdict == Verdict::seen);
}

TEST_CASE("sampling says unseen or seen") {
  LostUpdate racy;
  LostUpdate atomic(true);
  const SearchResult none = searched<RandomWalk>(atomic, {}, {}, SampleRange{1, 0, 50});
  CHECK(none.executions == 50);
  CHECK(!none.complete());
  CHECK(judge(none).verdict == Verdict::unseen);
  CHECK(judge(searched<RandomWalk>(racy, {}, {}, SampleRange{1, 0, 50})).verdict == Verdict::seen);
}

TEST_CASE("after a data race nothing is never, and after a bound on steps or tasks neither") {
  PlainRace race;
  const SearchResult raced = searched<DepthFirst>(race);
  REQUIRE(raced.has(FindingKind::data_race));
  CHECK(judge(raced, "value").verdict == Verdict::incomplete);

  Forever forever;
  ExecutionOptions options;
  options.max_steps = 20;
  const SearchResult cut = searched<DepthFirst>(forever, options, {});
  CHECK(cut.cut_by_step_bound == 1);
  CHECK(!cut.complete());
  CHECK(judge(cut, "value").verdict == Verdict::incomplete);
  CHECK(judge(cut, "livelock").verdict == Verdict::seen);

  testing::Start crowd([](Execution& e) {
    e.spawn("parent", [] {
      for (unsigned i = 0; i < sim::kMaxTasks; ++i) sim::current().spawn("child", [] {});
    });
  });
  const SearchResult crowded = searched<DepthFirst>(crowd, {}, {});
  CHECK(crowded.cut_by_task_bound == 1);
  CHECK(!crowded.complete());
  CHECK(judge(crowded).verdict == Verdict::incomplete);
  const SearchResult sampled = searched<RandomWalk>(crowd, {}, {}, SampleRange{1, 0, 3});
  CHECK(sampled.cut_by_task_bound == 3);
  CHECK(judge(sampled).verdict == Verdict::incomplete);
}

TEST_CASE("a never whose window nobody else entered is vacuous") {
  LostUpdate model;
  ExecutionOptions options;
  options.watched = read_to_written("left");
  CHECK(judge(searched<DepthFirst>(model, options, {}), "deadlock").verdict == Verdict::never);
  options.held = {read_to_written("left")};
  Judgement judgement = judge(searched<DepthFirst>(model, options, {}), "deadlock");
  CHECK(judgement.verdict == Verdict::vacuous);
  CHECK(judgement.sentence.find("no other task ever made a step inside") != std::string::npos);
  options.watched = read_to_written("nobody");
  judgement = judge(searched<DepthFirst>(model, options, {}), "deadlock");
  CHECK(judgement.verdict == Verdict::vacuous);
  CHECK(judgement.sentence.find("never reached") != std::string::npos);
}

TEST_CASE("an inversion that a complete search proves harmless is gated") {
  GatedLocks gated;
  const SearchResult all = searched<DepthFirst>(gated);
  REQUIRE(all.has(FindingKind::lock_order));
  CHECK(all.deadlocks == 0);
  CHECK(judge(all).verdict == Verdict::never);
  CHECK(judge(all, "lock-order").verdict != Verdict::never);
  ExploreOptions early;
  early.stop_at_first_finding = true;
  CHECK(judge(searched<DepthFirst>(gated, {}, early)).verdict == Verdict::seen);

  CrossedLocks crossed;
  CHECK(judge(searched<DepthFirst>(crossed)).verdict != Verdict::never);
}

TEST_CASE("an execution that shows two findings of one name counts once") {
  SearchResult result;
  result.covers_all = result.exhausted = true;
  result.executions = 3;
  const auto finding = [](const char* text) {
    return SeenFinding{{FindingKind::invariant, "sum", text, 0, kNoTask}, 2, 0, {}};
  };
  result.findings = {finding("sum is 1"), finding("sum is 2")};
  result.combinations = {{{0, 1}, 2}, {{}, 1}};
  CHECK(judge(result, "sum").executions == 2);
  CHECK(judge(result, "sum").verdict == Verdict::sometimes);
  result.combinations = {{{0}, 1}, {{0, 1}, 1}, {{1}, 1}};
  CHECK(judge(result, "sum").verdict == Verdict::always);
  CHECK(judge(result, "sum is 1").verdict == Verdict::sometimes);
}

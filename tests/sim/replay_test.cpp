#include "sim/strategies/replay.hpp"

#include <string>

#include <doctest/doctest.h>

#include "sim/strategies/random_walk.hpp"
#include "sim/trace_file.hpp"
#include "tests/sim/small_models.hpp"

using namespace sim;
using small_models::Bios;
using small_models::CrossedLocks;
using small_models::LostUpdate;

namespace {

TraceFile recorded(Model& model, std::uint64_t seed, bool narrate = false) {
  ExecutionOptions options;
  options.narrate = narrate;
  Execution execution(options);
  RandomWalk walk({seed, 0, 1});
  execution.run(model, walk);
  return trace_of(execution, {});
}

struct Replayed {
  std::optional<Divergence> divergence;
  Ending ending;
  TraceFile trace;
};

Replayed replayed(Model& model, Recording recording, bool narrate = false) {
  ExecutionOptions options;
  options.narrate = narrate;
  Execution execution(options);
  ReplayStrategy replay(std::move(recording));
  const Ending ending = execution.run(model, replay);
  return {replay.divergence(), ending, trace_of(execution, {})};
}

}  // namespace

TEST_CASE("replay of a trace gives the same bytes") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    LostUpdate lost;
    Bios bios;
    CrossedLocks locks;
    for (Model* model :
         {static_cast<Model*>(&lost), static_cast<Model*>(&bios), static_cast<Model*>(&locks)}) {
      const TraceFile trace = recorded(*model, seed, true);
      const Replayed again = replayed(*model, recording_of(trace), true);
      CHECK(!again.divergence);
      CHECK(trace_text(again.trace) == trace_text(trace));
      CHECK(!first_difference(trace, again.trace));
    }
  }
}

TEST_CASE(
    "a replay against a changed model names the first step that differs and what was expected") {
  LostUpdate model;
  LostUpdate changed(true);
  const TraceFile trace = recorded(model, 3);
  const Replayed other = replayed(changed, recording_of(trace));
  REQUIRE(other.divergence);
  CHECK(other.ending == Ending::cut);
  CHECK(other.divergence->step == 0);
  CHECK(other.divergence->expected == trace.steps[0].task + " makes read(file:value)");
  CHECK(other.divergence->found == trace.steps[0].task + " makes update(file:value)");
  CHECK(other.divergence->sentence().find("step 0") != std::string::npos);
}

TEST_CASE("a difference in the enabled tasks is one, even if the recorded task can go on") {
  CrossedLocks model;
  TraceFile trace = recorded(model, 1);
  REQUIRE(trace.steps[0].enabled == std::vector<std::string>{"up", "down"});
  trace.steps[0].enabled = {"up"};
  const Replayed other = replayed(model, recording_of(trace));
  REQUIRE(other.divergence);
  CHECK(other.divergence->step == 0);
  CHECK(other.divergence->found == "enabled: up, down");
}

TEST_CASE("every recorded property of a step is compared") {
  Bios model;
  const TraceFile trace = recorded(model, 5);
  REQUIRE(trace.steps.size() > 8);
  int compared = 0;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const auto differs = [&](auto change) {
      TraceFile edited = trace;
      if (!change(edited.steps[i])) return;
      const Replayed other = replayed(model, recording_of(edited));
      REQUIRE(other.divergence);
      CHECK(other.divergence->step == i);
      ++compared;
    };
    differs([](TraceStep& step) {
      step.task += "x";
      return true;
    });
    differs([](TraceStep& step) {
      step.enabled.push_back("x");
      return true;
    });
    differs([](TraceStep& step) {
      step.op.kind = "wake";
      return true;
    });
    differs([](TraceStep& step) {
      step.op.access = "x";
      return true;
    });
    differs([](TraceStep& step) {
      step.op.object += "x";
      return true;
    });
    differs([](TraceStep& step) {
      step.op.begin = 1;
      return true;
    });
    differs([](TraceStep& step) {
      step.op.end = 9;
      return true;
    });
    differs([](TraceStep& step) {
      ++step.op.value;
      return true;
    });
    differs([](TraceStep& step) {
      step.label += "x";
      return true;
    });
    differs([](TraceStep& step) {
      step.choices.push_back({"x", 2, 1});
      return true;
    });
    differs([](TraceStep& step) {
      if (step.choices.empty()) return false;
      step.choices.pop_back();
      return true;
    });
    differs([](TraceStep& step) {
      if (step.choices.empty()) return false;
      ++step.choices[0].options;
      return true;
    });
  }
  CHECK(compared > 80);
}

TEST_CASE("an execution that goes on or ends before its recording diverges there") {
  LostUpdate model;
  TraceFile trace = recorded(model, 2);
  const auto steps = static_cast<std::uint32_t>(trace.steps.size());

  TraceFile shorter = trace;
  shorter.steps.pop_back();
  const Replayed more = replayed(model, recording_of(shorter));
  REQUIRE(more.divergence);
  CHECK(more.divergence->step == steps - 1);
  CHECK(more.divergence->expected == "the execution is over");

  TraceFile longer = trace;
  longer.steps.push_back(longer.steps.back());
  const Replayed less = replayed(model, recording_of(longer));
  REQUIRE(less.divergence);
  CHECK(less.divergence->step == steps);
  CHECK(less.divergence->found == "every task has ended");
}

TEST_CASE("a recorded deadlock that no longer happens is told with the step") {
  CrossedLocks crossed;
  CrossedLocks ordered(true);
  TraceFile deadlock;
  for (std::uint64_t seed = 0; deadlock.ending != "deadlock"; ++seed)
    deadlock = recorded(crossed, seed);
  REQUIRE(deadlock.steps.size() == 2);
  const Replayed other = replayed(ordered, recording_of(deadlock));
  REQUIRE(other.divergence);
  const std::string wanted = deadlock.steps[other.divergence->step].task;
  CHECK(other.divergence->expected.starts_with(wanted));
}

namespace {

/// Two tasks in teardown as well.
class TwoPhases : public LostUpdate {
 public:
  void finish(Execution& execution) override { start(execution); }
};

}  // namespace

TEST_CASE("the decisions of an explored teardown are replayed too") {
  TwoPhases model;
  ExecutionOptions options;
  options.explore_teardown = true;
  bool overlapped = false;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Execution execution(options);
    RandomWalk walk({seed, 0, 1});
    execution.run(model, walk);
    const TraceFile trace = trace_of(execution, {});
    REQUIRE(trace.steps.size() == 8);
    overlapped = overlapped || trace.steps[4].task != trace.steps[5].task;
    Execution again(options);
    ReplayStrategy replay(recording_of(trace));
    again.run(model, replay);
    CHECK(!replay.divergence());
    CHECK(trace_text(again, {}) == trace_text(trace));
  }
  CHECK(overlapped);
}

TEST_CASE("a schedule goes on by birth after its last run, and diverges where a task cannot run") {
  LostUpdate model;
  const auto follow = [&](const char* text) {
    return replayed(model, recording_of(std::get<Schedule>(parse_schedule(text))));
  };
  CHECK(follow("").trace.final_state == 2);
  CHECK(follow("left right").trace.final_state == 1);
  CHECK(!follow("left right*2").divergence);

  const Replayed unknown = follow("left reader");
  REQUIRE(unknown.divergence);
  CHECK(unknown.divergence->step == 1);
  CHECK(unknown.divergence->found == "there is no task reader; there are: left, right");
  const Replayed early = follow("left*3");
  REQUIRE(early.divergence);
  CHECK(early.divergence->step == 2);

  CrossedLocks locks;
  const Replayed blocked =
      replayed(locks, recording_of(std::get<Schedule>(parse_schedule("up down*2"))));
  REQUIRE(blocked.divergence);
  CHECK(blocked.divergence->step == 2);
  CHECK(blocked.divergence->found ==
        "no task can go on: up waits for lock(lock_b), which down must provide; "
        "down waits for lock(lock_a), which up must provide");
}

TEST_CASE("a schedule whose choice is not offered diverges") {
  Bios model;
  const auto follow = [&](const char* text) {
    return replayed(model, recording_of(std::get<Schedule>(parse_schedule(text)))).divergence;
  };
  CHECK(!follow("writer*2 writer>bio-end(bio error=2)"));
  const auto unasked = follow("writer(bio error=1)");
  REQUIRE(unasked);
  CHECK(unasked->step == 0);
  CHECK(unasked->found == "it is not asked for");
  CHECK(follow("writer*2 writer>bio-end(bio error=3)"));
  CHECK(follow("writer*2 writer>bio-end(other=1)"));
}

TEST_CASE("two traces are compared in all phases and in what they ended in") {
  LostUpdate model;
  const TraceFile trace = recorded(model, 2, true);
  TraceFile other = trace;
  other.steps[1].counters.push_back({"value", 7});
  REQUIRE(first_difference(trace, other));
  CHECK(first_difference(trace, other)->step == 1);
  other = trace;
  other.final_state ^= 1;
  REQUIRE(first_difference(trace, other));
  CHECK(first_difference(trace, other)->step == trace.steps.size());
}

#include "sim/schedule.hpp"

#include <string>

#include <doctest/doctest.h>

#include "sim/random.hpp"
#include "sim/strategies/random_walk.hpp"
#include "sim/strategies/replay.hpp"
#include "sim/text.hpp"
#include "tests/sim/small_models.hpp"

using namespace sim;

namespace {

Schedule parsed(std::string_view text) {
  auto result = parse_schedule(text);
  if (const auto* error = std::get_if<ScheduleError>(&result)) {
    INFO(text << ": column " << error->column << ": " << error->text);
    REQUIRE(false);
  }
  return std::get<Schedule>(result);
}

ScheduleError refused(std::string_view text) {
  auto result = parse_schedule(text);
  INFO(text);
  REQUIRE(std::holds_alternative<ScheduleError>(result));
  return std::get<ScheduleError>(result);
}

/// Roots whose names are made to be mistaken for others.
class HostileNames : public Model {
 public:
  void build(Execution& execution) override {
    cell_ = &execution.make<Marked<int>>(ObjectName{"cell"}, 1U, 0);
  }
  void start(Execution& execution) override {
    for (const char* name :
         {"a", "a>b", "a#2", "a", "x y*(3)", "\"q\\\"", "@start", "\x1b[2J\n", ""})
      execution.spawn(name, [this] {
        current().spawn("b", [this] { cell_->read_once(); });
        cell_->read_once();
      });
  }

 private:
  Marked<int>* cell_ = nullptr;
};

}  // namespace

TEST_CASE("a schedule is printed as runs and read back") {
  const std::string text = "writer*3 kworker/endio-write*2 writer(bio error=1) writer>bio-end#2*7";
  const Schedule schedule = parsed(text);
  REQUIRE(schedule.runs.size() == 4);
  CHECK(schedule.runs[0] == ScheduleRun{"writer", 3, {}});
  CHECK(schedule.runs[1] == ScheduleRun{"kworker/endio-write", 2, {}});
  CHECK(schedule.runs[2] == ScheduleRun{"writer", 1, {{"bio error", 1}}});
  CHECK(schedule.runs[3] == ScheduleRun{"writer>bio-end#2", 7, {}});
  CHECK(schedule.steps() == 13);
  CHECK(to_text(schedule) == text);
}

TEST_CASE("neighbouring runs of one task become one, but a step with choices stands alone") {
  CHECK(to_text(parsed("a a*2  b(x=0)   b ")) == "a*3 b(x=0) b");
  CHECK(to_text(parsed("")) == "");
}

TEST_CASE("choices made before the first step stand first") {
  const Schedule schedule = parsed("@start(x=1, \"a,b\"=2) t");
  REQUIRE(schedule.at_start.size() == 2);
  CHECK(schedule.at_start[1] == ScheduleChoice{"a,b", 2});
  CHECK(to_text(schedule) == "@start(x=1, \"a,b\"=2) t");
}

TEST_CASE("a schedule that cannot be read is refused with the column") {
  const std::pair<const char*, std::size_t> cases[] = {
      {"writer*", 8},        {"writer*0", 8},  {"writer*x", 8},      {"writer*99999999999", 8},
      {"writer(", 8},        {"writer(x)", 9}, {"writer(x=", 10},    {"writer(x=1", 11},
      {"writer(x=1)*2", 12}, {"a \"b", 3},     {"a *3", 3},          {"a,b", 2},
      {"a*1000000 b", 11},   {"@start t", 7},  {"a @start(x=1)", 3}, {"a\tb", 2}};
  for (const auto& [text, column] : cases) {
    INFO(text);
    CHECK(refused(text).column == column);
    CHECK(!refused(text).text.empty());
  }
}

TEST_CASE("schedules of random names and choices survive printing") {
  Random random(7);
  const auto name = [&random](bool may_be_hostile) {
    const std::string_view letters = may_be_hostile ? "ab>#/\\\" (*=,)@-_" : "abc";
    std::string text;
    for (std::uint32_t i = 0, n = random.below(6); i < n; ++i)
      text += letters[random.below(static_cast<std::uint32_t>(letters.size()))];
    return text;
  };
  for (int round = 0; round < 2000; ++round) {
    Schedule schedule;
    std::string last;
    for (std::uint32_t i = 0, n = random.below(6); i < n; ++i) {
      ScheduleRun run{name(true) + std::to_string(i), 1 + random.below(40), {}};
      if (random.below(3) == 0)
        run = {run.task, 1, {{name(true), random.below(9)}, {name(true), 1}}};
      schedule.runs.push_back(run);
    }
    if (random.below(4) == 0) schedule.at_start.push_back({name(true), random.below(5)});
    INFO(to_text(schedule));
    CHECK(parsed(to_text(schedule)) == schedule);
  }
}

TEST_CASE("the schedule of an execution replays it, whatever the tasks are called") {
  HostileNames model;
  Execution execution;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    RandomWalk walk({seed, 0, 1});
    REQUIRE(execution.run(model, walk) == Ending::quiescent);
    const std::string text = to_text(schedule_of(execution.record()));
    CHECK(ascii(text) == text);
    const Record before = execution.record();
    ReplayStrategy replay(recording_of(parsed(text)));
    REQUIRE(execution.run(model, replay) == Ending::quiescent);
    CHECK(!replay.divergence());
    REQUIRE(execution.record().steps.size() == before.steps.size());
    for (std::size_t i = 0; i < before.steps.size(); ++i)
      CHECK(execution.record().steps[i].task == before.steps[i].task);
  }
}

TEST_CASE("no two tasks of a phase share a name in a schedule") {
  HostileNames model;
  Execution execution;
  RandomWalk walk({1, 0, 1});
  execution.run(model, walk);
  const Record& record = execution.record();
  REQUIRE(record.actors.size() == 18);
  for (ActorId a = 0; a < record.actors.size(); ++a)
    for (ActorId b = 0; b < a; ++b) CHECK(unique_name(record, a) != unique_name(record, b));
}

TEST_CASE("injected choices are part of a schedule and bring the same state back") {
  small_models::Bios model;
  Execution execution;
  bool injected = false;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    RandomWalk walk({seed, 0, 1});
    execution.run(model, walk);
    const std::uint64_t state = execution.final_state();
    const Schedule schedule = schedule_of(execution.record());
    const std::string text = to_text(schedule);
    CHECK((text.find("(bio error=") != std::string::npos) == (state != 0));
    injected = injected || state == 2;
    ReplayStrategy replay(recording_of(parsed(text)));
    execution.run(model, replay);
    CHECK(execution.final_state() == state);
    CHECK(schedule_of(execution.record()) == schedule);
  }
  CHECK(injected);
}

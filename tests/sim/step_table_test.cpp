#include "sim/report/step_table.hpp"

#include <string>

#include <doctest/doctest.h>

#include "sim/report/finding_text.hpp"
#include "sim/strategies/replay.hpp"
#include "tests/sim/small_models.hpp"

using namespace sim;

namespace {

void run(Execution& execution, Model& model, const char* schedule) {
  ReplayStrategy replay(recording_of(std::get<Schedule>(parse_schedule(schedule))));
  execution.run(model, replay);
  REQUIRE(!replay.divergence());
}

ExecutionOptions narrated() {
  ExecutionOptions options;
  options.narrate = true;
  return options;
}

/// Setup and teardown with a counter, and a task whose name moves cursors.
class Phases : public Model {
 public:
  void build(Execution& execution) override {
    cell_ = &execution.make<Marked<int>>(ObjectName{"cell"}, 1U, 0);
    execution.spawn("setup", [this] { cell_->write_once(5); });
  }
  void start(Execution& execution) override {
    execution.spawn("t\x1b[2J", [this] {
      for (int i = 0; i < 4; ++i) cell_->read_once();
      cell_->write_once(6);
    });
  }
  void finish(Execution& execution) override {
    execution.spawn("umount", [this] {
      cell_->read_once();
      current().report(FindingKind::kernel_warning, "umount", "leak");
      cell_->read_once();
    });
  }
  std::span<const char* const> counter_names() const override { return kNames; }
  void counters(std::span<std::int64_t> values) const override {
    values[0] = cell_->peek();
    values[1] = -1;
  }

 private:
  static constexpr const char* kNames[] = {"cell", "a longer name"};
  Marked<int>* cell_ = nullptr;
};

}  // namespace

TEST_CASE("the step table has steps, labels, counters and findings where they belong") {
  small_models::LostUpdate model;
  Execution execution(narrated());
  run(execution, model, "left right*2 left");
  CHECK(step_table(execution) ==
        "step  task   operation              label                  value\n"
        "-- explored --\n"
        "   0  left   read(file:value)       add_one:value_read         0\n"
        "   1  right  read(file:value)       add_one:value_read         0\n"
        "   2  right  write(file:value) = 1  add_one:value_written      1*\n"
        "   3  left   write(file:value) = 1  add_one:value_written      1\n"
        "  !! wrong-data: an update of value was lost\n");
}

TEST_CASE("phases are told apart, uninteresting steps collapse, names cannot move the cursor") {
  Phases model;
  Execution execution(narrated());
  run(execution, model, "");
  CHECK(step_table(execution, {true, true, true}) ==
        "step  task      operation        label  cell   a longer name\n"
        "   0  setup     write(cell) = 5            5*             -1*\n"
        "-- explored --\n"
        "  ... 4 steps\n"
        "   5  t\\x1b[2J  write(cell) = 6            6*             -1\n"
        "-- teardown --\n"
        "   6  umount    read(cell) = 6             6              -1\n"
        "  !! kernel-warning: leak\n"
        "  ... 1 step\n");
  const std::string explored = step_table(execution, {false, false, false});
  CHECK(explored.find("setup") == std::string::npos);
  CHECK(explored.find("   1  t") != std::string::npos);
  CHECK(explored.find("leak") != std::string::npos);
}

TEST_CASE("a step table without a narrative has no counters") {
  small_models::LostUpdate model;
  Execution execution;
  run(execution, model, "left*2 right*2");
  CHECK(step_table(execution).starts_with("step  task   operation              label\n"));
}

TEST_CASE("an injected choice stands beside its step") {
  small_models::Bios model;
  Execution execution;
  run(execution, model, "writer*2 writer>bio-end(bio error=2)");
  CHECK(step_table(execution).find("read(errors), bio error=2") != std::string::npos);
}

TEST_CASE("a deadlock is told in one line for each task and one for the cycle") {
  small_models::CrossedLocks model;
  Execution execution;
  run(execution, model, "up down");
  REQUIRE(execution.findings().size() == 2);
  CHECK(finding_text(execution, execution.findings()[1]) ==
        "deadlock: no task can go on\n"
        "  up waits for lock(lock_b), which down must provide\n"
        "  down waits for lock(lock_a), which up must provide\n"
        "  cycle: up -> down -> up\n"
        "  found at step 1, after it\n");
  CHECK(finding_text(execution, execution.findings()[0]).ends_with("  found at step 1, by down\n"));
}

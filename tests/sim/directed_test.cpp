#include "sim/strategies/directed.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/schedule.hpp"
#include "sim/sync/rw_semaphore.hpp"
#include "tests/sim/small_models.hpp"

using namespace sim;
using small_models::Bios;
using small_models::CrossedLocks;
using small_models::LostUpdate;

namespace {

struct Followed {
  Ending ending;
  std::vector<Departure> departures;
  std::string schedule;
  std::uint64_t final_state;
};

Followed follow(Model& model, std::vector<Directive> directives, bool guide = false,
                std::vector<Window> held = {}) {
  ExecutionOptions options;
  options.held = std::move(held);
  options.max_steps = 1000;
  Execution execution(options);
  DirectedStrategy strategy(std::move(directives), guide);
  const Ending ending = execution.run(model, strategy);
  return {ending, strategy.departures(), to_text(schedule_of(execution.record())),
          execution.final_state()};
}

const Label& label(const char* name) {
  const Label* found = find_label(name);
  REQUIRE(found != nullptr);
  return *found;
}

Directive until(const char* task, const char* name, std::uint64_t count = 1) {
  return Directive::run(task, Until::passed(label(name), count));
}
Directive to_end(const char* task) { return Directive::run(task, Until::exit()); }

}  // namespace

TEST_CASE("a task runs until it passed a label and stands at its next scheduling point") {
  LostUpdate model;
  const Followed run =
      follow(model, {until("left", "add_one:value_read"), to_end("right"), to_end("left")});
  CHECK(run.departures.empty());
  CHECK(run.ending == Ending::quiescent);
  CHECK(run.schedule == "left right*2 left");
  CHECK(run.final_state == 1);
}

TEST_CASE("after the last directive the same task goes on, then the first by birth") {
  LostUpdate model;
  CHECK(follow(model, {}).schedule == "left*2 right*2");
  CHECK(follow(model, {until("right", "add_one:value_read")}).schedule == "right*2 left*2");
}

TEST_CASE("a directive counts labels from where it began") {
  Bios model;
  const Followed run = follow(
      model, {to_end("writer"), to_end("bio-end"), until("kworker/endio-write", "finish:looked"),
              to_end("bio-end#2"), until("writer>bio-end>kworker/endio-write", "finish:looked")});
  CHECK(run.departures.empty());
  CHECK(run.schedule ==
        "writer*2 writer>bio-end*2 writer>bio-end>kworker/endio-write writer>bio-end#2*2 "
        "writer>bio-end>kworker/endio-write writer>bio-end#2>kworker/endio-write*2");
  const Followed second = follow(model, {to_end("writer"), to_end("writer>bio-end"),
                                         until("kworker/endio-write", "finish:looked", 2)});
  CHECK(second.departures.empty());
}

TEST_CASE("a label passed before a task's first step belongs to its first directive") {
  Bios model;
  const Followed run =
      follow(model, {to_end("writer"), to_end("bio-end"),
                     until("kworker/endio-write", "finish:begun"), to_end("bio-end#2")});
  CHECK(run.departures.empty());
  CHECK(run.schedule.starts_with("writer*2 writer>bio-end*2 writer>bio-end#2*2"));
}

TEST_CASE("a task that blocks is an error that names the lock and its holder") {
  CrossedLocks model;
  const Followed run = follow(model, {until("up", "take_both:one_taken"), to_end("down")});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].directive == 1);
  CHECK(run.departures[0].step == 2);
  CHECK(run.departures[0].text ==
        "down cannot end: down waits for lock(lock_a), which up must provide");
}

TEST_CASE("a task that blocks where others can go on stops the execution there") {
  CrossedLocks model(true);
  const Followed run = follow(model, {until("up", "take_both:one_taken"), to_end("down")});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.ending == Ending::cut);
  CHECK(run.departures[0].step == 1);
  CHECK(run.departures[0].text ==
        "down cannot end: down waits for lock(lock_a), which up must provide");
}

TEST_CASE("a schedule may ask for a block, on anything or on one lock") {
  CrossedLocks model;
  const auto one = [](const char* task) { return until(task, "take_both:one_taken"); };
  Followed run = follow(model, {one("up"), one("down"), Directive::run("up", Until::blocked()),
                                Directive::run("down", Until::blocked("lock_a"))});
  CHECK(run.departures.empty());
  CHECK(run.ending == Ending::deadlock);

  run = follow(model, {one("up"), one("down"), Directive::run("up", Until::blocked("lock_a"))});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].text ==
        "up cannot block on lock_a: up waits for lock(lock_b), which down must provide");

  run = follow(model, {Directive::run("up", Until::blocked())});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].text == "up ended and did not block");
}

TEST_CASE("a label that is never reached is an error with the last label that was") {
  LostUpdate model;
  Followed run = follow(model, {until("left", "take_both:one_taken")});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.ending == Ending::cut);
  CHECK(run.departures[0].text ==
        "left ended and did not reach take_both:one_taken; the last label "
        "it passed is add_one:value_written");
  run = follow(model, {until("left", "add_one:value_read", 3)});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].text.starts_with(
      "left ended and did not reach add_one:value_read 3 times, only 1;"));
}

TEST_CASE("an unknown task is an error with those that exist, and so is one that is not born yet") {
  Bios model;
  Followed run = follow(model, {to_end("wrtier")});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].text == "there is no task wrtier yet; there are: writer");
  run = follow(model, {Directive::run("writer", Until::steps(1)), to_end("bio-end#2")});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].step == 1);
  CHECK(run.departures[0].text ==
        "there is no task bio-end#2 yet; there are: writer, writer>bio-end");
}

TEST_CASE("a name that fits two tasks is an error with both") {
  Bios model;
  const Followed run = follow(model, {to_end("writer"), to_end("writer>bio-end"),
                                      to_end("writer>bio-end#2"), to_end("kworker/endio-write")});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].text ==
        "kworker/endio-write can mean writer>bio-end>kworker/endio-write or "
        "writer>bio-end#2>kworker/endio-write; the full name tells them apart");
}

TEST_CASE("a choice takes its value the next time it is asked for, once") {
  Bios model;
  Followed run =
      follow(model, {Directive::choose("bio error", 2), to_end("writer"), to_end("bio-end#2")});
  CHECK(run.departures.empty());
  CHECK(run.final_state == 1);
  CHECK(run.schedule.starts_with("writer*2 writer>bio-end#2(bio error=2)"));
  run = follow(model, {to_end("writer"), Directive::choose("bio error", 1),
                       Directive::choose("bio error", 1)});
  CHECK(run.final_state == 2);

  run = follow(model, {Directive::choose("bio error", 3)});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].text == "choice bio error has no value 3; its values are 0 to 2");
  CHECK(run.ending == Ending::cut);
  run = follow(model, {to_end("writer"), Directive::choose("bio eror", 1)});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].directive == 1);
  CHECK(run.departures[0].text == "choice bio eror was never asked for");
}

TEST_CASE("guide mode goes on after a directive that cannot be followed and remembers it") {
  CrossedLocks model(true);
  const Followed run = follow(
      model, {until("up", "take_both:one_taken"), to_end("down"), to_end("up"), to_end("down")},
      true);
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].directive == 1);
  CHECK(run.ending == Ending::quiescent);
  CHECK(run.schedule == "up*4 down*4");
}

TEST_CASE("a task outside a held window is told so") {
  LostUpdate model;
  const Window window{"left", &label("add_one:value_read"), &label("add_one:value_written")};
  const Followed run =
      follow(model, {until("left", "add_one:value_read"), to_end("right")}, false, {window});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].text == "right cannot end: another task is inside a window that is held");
}

namespace {

/// A reader that queued behind a waiting writer: the holder of what it waits for is not who blocks
/// it first.
class QueuedReaders : public Model {
 public:
  void build(Execution& execution) override {
    lock_ = &execution.make<rw_semaphore>(ObjectName{"i_rwsem", "foo"});
  }
  void start(Execution& execution) override {
    for (const char* name : {"reader", "late"})
      execution.spawn(name, [this] {
        lock_->down_read();
        at<"queued_readers:shared">();
        lock_->up_read();
      });
    execution.spawn("writer", [this] {
      lock_->down_write();
      lock_->up_write();
    });
  }

 private:
  rw_semaphore* lock_ = nullptr;
};

}  // namespace

TEST_CASE("who waits in a queue is told with those before it") {
  QueuedReaders model;
  const Followed run =
      follow(model, {until("reader", "queued_readers:shared"),
                     Directive::run("writer", Until::blocked("i_rwsem")), to_end("late")});
  REQUIRE(run.departures.size() == 1);
  CHECK(run.departures[0].directive == 2);
  CHECK(
      run.departures[0].text ==
      "late cannot end: late waits for granted(foo:i_rwsem), which reader and writer must provide");
}

TEST_CASE("an execution cut at its step bound says so") {
  LostUpdate model;
  ExecutionOptions options;
  options.max_steps = 1;
  Execution execution(options);
  DirectedStrategy strategy({to_end("left")});
  CHECK(execution.run(model, strategy) == Ending::step_bound);
  REQUIRE(strategy.departures().size() == 1);
  CHECK(strategy.departures()[0].text == "the execution was cut at its step bound");
}

TEST_CASE("what is said of an execution that needs too many tasks names how many it may have") {
  CHECK(why_cut(Ending::task_bound) ==
        "the execution was cut where one phase of it needs more than " + std::to_string(kMaxTasks) +
            " tasks");
}

TEST_CASE("each directive tells the step at which it was over, in every execution anew") {
  LostUpdate model;
  Execution execution;
  DirectedStrategy strategy({Directive::choose("unasked", 1), until("left", "add_one:value_read"),
                             to_end("right"), to_end("left")},
                            true);
  for (int i = 0; i < 2; ++i) {
    execution.run(model, strategy);
    CHECK(strategy.ends() == std::vector<std::uint32_t>{0, 1, 3, 4});
  }
}

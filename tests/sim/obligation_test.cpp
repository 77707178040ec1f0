#include "sim/obligation.hpp"

#include <doctest/doctest.h>

#include "sim/strategies/depth_first.hpp"
#include "sim/sync/completion.hpp"
#include "tests/support/findings.hpp"

namespace {

using sim::Execution;
using sim::FindingKind;
using sim::ObjectName;
using sim::Obligation;

void run(Execution& execution, std::function<void(Execution&)> start) {
  testing::Start model(std::move(start));
  sim::DepthFirst first;
  execution.run(model, first);
}

}  // namespace

TEST_CASE("An owner that ends without doing its work is a finding at its last step") {
  Execution execution;
  run(execution, [](Execution& e) {
    auto* owed = &e.make<Obligation>("bio");
    auto* flag = &e.make<sim::Marked<int>>(ObjectName{"flag"}, 1U, 0);
    e.spawn("submitter", [=] {
      flag->write_once(1);
      owed->owe(sim::current().running_id(), 3);
      owed->discharge(sim::current().running_id(), 1);
    });
    e.spawn("other", [=] { flag->read_once(); });
  });
  const sim::Finding* lost = testing::find(execution, FindingKind::lost_work);
  REQUIRE(lost != nullptr);
  CHECK(lost->name == "bio");
  CHECK(lost->text == "submitter ended and still owes 2 of bio");
  CHECK(lost->step == 0);
}

TEST_CASE("Work that was done or handed on is not lost with its first owner") {
  Execution execution;
  run(execution, [](Execution& e) {
    auto* owed = &e.make<Obligation>("bio");
    auto* flag = &e.make<sim::Marked<int>>(ObjectName{"flag"}, 1U, 0);
    e.spawn("submitter", [=] {
      const sim::TaskId self = sim::current().running_id();
      owed->owe(self, 2);
      const sim::TaskId end_io = sim::current().spawn("end_io", [=] {
        flag->write_once(1);
        owed->discharge(sim::current().running_id(), 2);
      });
      owed->hand(self, end_io, 2);
    });
  });
  CHECK(execution.findings().empty());
}

TEST_CASE("A deadlock names who owes the work that is waited for") {
  Execution execution;
  run(execution, [](Execution& e) {
    auto* owed = &e.make<Obligation>("ordered_extent");
    auto* done = &e.make<sim::completion>(ObjectName{"done"}, owed);
    auto* lock = &e.make<sim::mutex>(ObjectName{"lock"});
    e.spawn("waiter", [=] {
      lock->lock();
      done->wait_for_completion();
      lock->unlock();
    });
    e.spawn("worker", [=] {
      owed->owe(sim::current().running_id(), 1);
      lock->lock();
      done->complete();
    });
  });
  CHECK(execution.ending() == sim::Ending::deadlock);
  const sim::Finding* deadlock = testing::find(execution, FindingKind::deadlock);
  REQUIRE(deadlock != nullptr);
  CHECK(deadlock->name == "done / lock");
  CHECK(deadlock->text.find("cycle: waiter -> worker -> waiter") != std::string::npos);
}

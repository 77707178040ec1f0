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

TEST_CASE("Work handed to a task that ends is lost, whether it had ended before or not") {
  const testing::Search found = testing::search([](Execution& e) {
    auto* owed = &e.make<Obligation>("bio");
    auto* flag = &e.make<sim::Marked<int>>(ObjectName{"flag"}, 1U, 0);
    auto* other = &e.make<sim::Marked<int>>(ObjectName{"other"}, 1U, 0);
    const sim::TaskId worker = e.spawn("worker", [=] { flag->write_once(1); });
    e.spawn("submitter", [=] {
      other->write_once(1);
      owed->owe(worker, 1);
    });
  });
  CHECK(found.difference == "");
  CHECK(found.all.traces.size() == 1);
  CHECK(found.all.executions > 1);
  CHECK(found.shows(FindingKind::lost_work));
}

TEST_CASE("A task that ends with work that another takes over without its knowing has lost it") {
  const auto found = [](bool waits) {
    return testing::search([=](Execution& e) {
      auto* owed = &e.make<Obligation>("bio");
      auto* taken = &e.make<sim::completion>(ObjectName{"taken"});
      auto* flag = &e.make<sim::Marked<int>>(ObjectName{"flag"}, 1U, 0);
      auto* other = &e.make<sim::Marked<int>>(ObjectName{"other"}, 1U, 0);
      const sim::TaskId submitter = e.spawn("submitter", [=] {
        flag->write_once(1);
        if (waits) taken->wait_for_completion();
      });
      owed->owe(submitter, 1);
      e.spawn("worker", [=] {
        const sim::TaskId self = sim::current().running_id();
        other->write_once(1);
        owed->take_over(self, 1);
        owed->discharge(self, 1);
        taken->complete();
      });
    });
  };
  CHECK(found(true).difference == "");
  CHECK_FALSE(found(true).shows(FindingKind::lost_work));
  CHECK(found(false).difference == "");
  CHECK(found(false).all.executions > 1);
  CHECK(found(false).shows(FindingKind::lost_work));
}

// Every primitive of the engine: an execution costs no allocation once its buffers have grown.
#include <doctest/doctest.h>

#include "sim/arena.hpp"
#include "sim/strategies/random_walk.hpp"
#include "sim/sync/mutex.hpp"
#include "sim/sync/rw_semaphore.hpp"
#include "sim/sync/spinlock.hpp"
#include "sim/sync/wait_queue.hpp"
#include "tests/steady_state/allocations.hpp"

namespace {

using sim::ObjectName;

/// Uses every primitive, and ends well in every interleaving.
class Everything final : public sim::Model {
 public:
  void build(sim::Execution& execution) override {
    flag_ = &execution.make<sim::Marked<int>>(ObjectName{"flag"}, 1U, 0);
    outer_ = &execution.make<sim::mutex>(ObjectName{"outer"});
    inner_ = &execution.make<sim::mutex>(ObjectName{"inner"});
    semaphore_ = &execution.make<sim::rw_semaphore>(ObjectName{"rwsem"});
    spin_ = &execution.make<sim::spinlock>(ObjectName{"spin"});
    queue_ = &execution.make<sim::wait_queue>(ObjectName{"queue"});
    plain_ = &execution.make<sim::Guarded<int, sim::mutex>>(*inner_, "plain", 1U, 0);
  }
  void start(sim::Execution& execution) override {
    for (int i = 0; i < 3; ++i) execution.spawn("worker", [this] { work(); });
    execution.spawn("waiter",
                    [this] { queue_->wait_event(*flag_, [](int flag) { return flag != 0; }); });
  }

 private:
  void work() {
    const sim::Frame frame("work");
    semaphore_->down_read();
    outer_->lock();
    inner_->lock();
    plain_->write() += 1;
    inner_->unlock();
    outer_->unlock();
    semaphore_->up_read();
    semaphore_->down_write();
    { const sim::spin_guard guard(*spin_); }
    semaphore_->up_write();
    sim::current().spawn("child", [this] {
      flag_->store_release(1);
      queue_->wake_up_all();
    });
    sim::current().choose("choice", 3);
  }

  sim::Marked<int>* flag_ = nullptr;
  sim::mutex* outer_ = nullptr;
  sim::mutex* inner_ = nullptr;
  sim::rw_semaphore* semaphore_ = nullptr;
  sim::spinlock* spin_ = nullptr;
  sim::wait_queue* queue_ = nullptr;
  sim::Guarded<int, sim::mutex>* plain_ = nullptr;
};

}  // namespace

TEST_CASE("Executions allocate nothing once they have run before") {
  Everything model;
  sim::Execution execution;
  sim::RandomWalk walk({7, 0, 200});
  do {
    REQUIRE(execution.run(model, walk) == sim::Ending::quiescent);
    for (const sim::Finding& finding : execution.findings()) FAIL(finding.signature());
  } while (walk.advance());
  const std::size_t reserved = execution.arena().bytes_reserved();

  sim::RandomWalk again({7, 0, 200});
  const std::uint64_t before = testing::allocations();
  do {
    execution.run(model, again);
  } while (again.advance());
  const std::uint64_t during = testing::allocations() - before;
  CHECK(before > 0);
  CHECK(during == 0);
  CHECK(execution.arena().bytes_reserved() == reserved);
}

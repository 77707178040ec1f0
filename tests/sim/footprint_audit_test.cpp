// Accesses that nobody declared, planted one by one: a read, a write, a write through a raw
// pointer, a plain struct.
#include "sim/footprint_audit.hpp"

#include <map>
#include <memory_resource>

#include <doctest/doctest.h>

#include "sim/cell.hpp"
#include "sim/ghost.hpp"
#include "sim/strategies/random_walk.hpp"
#include "sim/sync/mutex.hpp"
#include "sim/sync/spinlock.hpp"
#include "sim/sync/wait_queue.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/sampled.hpp"

namespace {

enum class Planted {
  none,
  undeclared_read,   ///< a cell is read past its guard
  undeclared_write,  ///< through a reference that was kept from an earlier step
  raw_write,         ///< through a pointer to the cell's memory
  raw_node_write,    ///< likewise to what its container allocated for another task
  plain_struct,      ///< two tasks change what is in no cell
  plain_member,      ///< a task changes what it made, beside a lock
  plain_own,         ///< likewise what has no lock: its own affair
  ghost_changed,     ///< as it may be
  ghost_read,        ///< a task looks at what is for checks alone
};

/// A file's size under a mutex, and its pages by index.
class File : public sim::Model {
 public:
  explicit File(Planted planted) : planted_(planted) {}

  void build(sim::Execution& execution) override {
    shared_ = &execution.make<Shared>(execution);
    kept_ = nullptr;
  }
  void start(sim::Execution& execution) override {
    execution.spawn("writer", [this] { write(); });
    execution.spawn("truncater", [this] { truncate(); });
  }

 private:
  struct Shared {
    explicit Shared(sim::Execution& execution)
        : lock({"i_rwsem"}),
          size(lock, "i_size", 1U, 0),
          pages(lock, "i_pages", 1U, &execution.arena()),
          generation({"generation"}, 1U, 0) {}
    sim::mutex lock;
    sim::Guarded<int, sim::mutex> size;
    sim::Guarded<std::pmr::map<int, int>, sim::mutex> pages;
    sim::Marked<int> generation;
    int plain = 0;
    sim::Ghost<int> in_transit{"in_transit", 0};
  };

  struct Folio {
    sim::mutex lock{{"folio->lock"}};
    int plain = 0;
  };

  void write() {
    shared_->lock.lock();
    int& size = shared_->size.write();
    size = 4096;
    kept_ = &shared_->pages.write()[0];
    if (planted_ == Planted::plain_struct) shared_->plain = 1;
    if (planted_ == Planted::ghost_changed) shared_->in_transit += 1;
    auto& folio = sim::current().make<Folio>();
    auto& own = sim::current().make<int>(0);
    shared_->generation.update([](int old) { return old + 1; });
    if (planted_ == Planted::plain_member) folio.plain = 1;
    if (planted_ == Planted::plain_own) own = 1;
    if (planted_ == Planted::undeclared_write) size = 8192;
    shared_->lock.unlock();
  }

  void truncate() {
    if (planted_ == Planted::undeclared_read && shared_->size.peek() == 0) return;
    if (planted_ == Planted::ghost_read && shared_->in_transit.peek() != 0) return;
    shared_->generation.read_once();
    if (planted_ == Planted::raw_node_write && kept_ != nullptr) ++*kept_;
    if (planted_ == Planted::raw_write) const_cast<int&>(peeked_size()) = 512;
    shared_->lock.lock();
    auto& pages = shared_->pages.write();
    pages.erase(0);
    pages.emplace(1, 7);
    shared_->size.write() = 0;
    shared_->lock.unlock();
  }

  const int& peeked_size() const {
    const sim::Observing looks(sim::current());
    return shared_->size.peek();
  }

  Planted planted_;
  Shared* shared_ = nullptr;
  int* kept_ = nullptr;
};

std::vector<std::string> complaints_of(sim::Model& model, std::uint64_t runs = 50) {
  sim::ExecutionOptions options;
  options.audit = true;
  sim::Execution execution(options);
  sim::RandomWalk walk({1, 0, runs});
  do {
    execution.run(model, walk);
    if (!execution.audit_complaints().empty()) return execution.audit_complaints();
  } while (walk.advance());
  return {};
}

std::vector<std::string> complaints_of(Planted planted) {
  File file(planted);
  return complaints_of(file);
}

using Complaints = std::vector<std::string>;

}  // namespace

TEST_CASE("The audit has nothing to say where every access goes through its cell") {
  CHECK(complaints_of(Planted::none) == Complaints{});
}
TEST_CASE("The audit has nothing to say about programs that use every primitive") {
  const std::uint64_t seed = testing::sampling_seed();
  for (std::uint64_t number = 0; number < 100; ++number) {
    testing::with_random_program(seed, number, 10, [](sim::Model& model, const auto&) {
      for (const std::string& complaint : complaints_of(model)) CHECK(complaint == "");
    });
  }
}
TEST_CASE("A read past a cell's guard is noticed") {
  CHECK(complaints_of(Planted::undeclared_read) ==
        Complaints{"truncater read i_size past its guard"});
}
TEST_CASE("A write through a reference kept from an earlier step is noticed") {
  CHECK(complaints_of(Planted::undeclared_write) ==
        Complaints{"writer changed i_size past its cell"});
}
TEST_CASE("A write through a raw pointer is noticed") {
  CHECK(complaints_of(Planted::raw_write) == Complaints{"truncater changed i_size past its cell"});
}
TEST_CASE("A write through a raw pointer into a container is noticed") {
  const Complaints found = complaints_of(Planted::raw_node_write);
  CHECK(found == Complaints{"truncater changed memory in no cell: what writer allocated"});
}
TEST_CASE("A plain struct that a task changes and the model built is refused") {
  const Complaints found = complaints_of(Planted::plain_struct);
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with("writer changed memory in no cell: (anonymous namespace)::File::"));
}
TEST_CASE("A plain member of what has a lock is refused, whoever made it") {
  const Complaints found = complaints_of(Planted::plain_member);
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with("writer changed memory in no cell: (anonymous namespace)::File::"));
  CHECK(complaints_of(Planted::plain_own) == Complaints{});
}
TEST_CASE("A task may change a ghost, and may not look at it") {
  CHECK(complaints_of(Planted::ghost_changed) == Complaints{});
  CHECK(complaints_of(Planted::ghost_read) ==
        Complaints{"truncater read in_transit past its guard"});
}
TEST_CASE("Without the audit nothing is compared") {
  File file(Planted::raw_write);
  sim::Execution execution;
  sim::RandomWalk walk({1, 0, 1});
  execution.run(file, walk);
  CHECK(execution.audit_complaints().empty());
}

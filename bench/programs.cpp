#include "bench/programs.hpp"

#include <string>
#include <utility>

#include "sim/execution.hpp"
#include "sim/random.hpp"

namespace bench {
namespace {

constexpr std::uint64_t kSeed = 5;
constexpr const char* kTaskNames[] = {"first", "second", "third"};

/// A store writes its task's number plus one, so nothing above the number of tasks is ever stored.
std::int64_t foreign_value(const void* variable) {
  const std::uint32_t value = static_cast<const sim::Marked<std::uint32_t>*>(variable)->peek();
  return value > LoadsAndStores::kTasks ? value : 0;
}

std::string describe_value(const void*, std::int64_t value) {
  return "a variable holds " + std::to_string(value) + ", which nobody stored";
}

constexpr sim::Invariant stored_by_a_task(unsigned variable) {
  return {"stored by a task",
          sim::InvariantClass::stable,
          "every value was stored by a task",
          sim::WatchMask{1} << variable,
          &foreign_value,
          &describe_value};
}

constexpr sim::Invariant kStoredByATask[LoadsAndStores::kVariables] = {
    stored_by_a_task(0), stored_by_a_task(1), stored_by_a_task(2), stored_by_a_task(3),
    stored_by_a_task(4), stored_by_a_task(5), stored_by_a_task(6), stored_by_a_task(7)};

using Counter = sim::Guarded<std::uint32_t, sim::mutex>;

/// What the counter is about, as its invariant sees it.
struct CounterWithLimit {
  const Counter* counter;
  std::uint32_t most;
};

std::int64_t too_many(const void* model) {
  const auto* limited = static_cast<const CounterWithLimit*>(model);
  const std::uint32_t value = limited->counter->peek();
  return value > limited->most ? value : 0;
}

constexpr sim::Invariant kAtMostAll{"at most all",
                                    sim::InvariantClass::guarded,
                                    "the counter is at most the number of increments",
                                    1,
                                    &too_many,
                                    &describe_value};

}  // namespace

constexpr LoadsAndStores::Program LoadsAndStores::drawn() {
  Program program{};
  sim::Random random(kSeed);
  for (auto& task : program) {
    for (Access& access : task) {
      access.variable = static_cast<std::uint8_t>(random.below(kVariables));
      access.store = random.below(2) == 1;
    }
  }
  return program;
}

void LoadsAndStores::build(sim::Execution& execution) {
  for (unsigned i = 0; i < kVariables; ++i) {
    variables_[i] = &execution.make<sim::Marked<std::uint32_t>>(
        sim::ObjectName{"variable", nullptr, i}, sim::WatchMask{1} << i, 0U);
    if (with_invariants_) execution.watch(kStoredByATask[i], variables_[i]);
  }
}

template <unsigned kTask, std::size_t kNumber>
inline void LoadsAndStores::access() {
  constexpr Access kAccess = drawn()[kTask][kNumber];
  sim::Marked<std::uint32_t>& variable = *variables_[kAccess.variable];
  if constexpr (kAccess.store) {
    variable.write_once(kTask + 1);
  } else {
    variable.read_once();
  }
}

template <unsigned kTask>
void LoadsAndStores::run_task() {
  const auto run = [this]<std::size_t... kNumber>(std::index_sequence<kNumber...>) {
    (this->template access<kTask, kNumber>(), ...);
  };
  run(std::make_index_sequence<kAccesses>{});
}

void LoadsAndStores::start(sim::Execution& execution) {
  execution.spawn(kTaskNames[0], [this] { run_task<0>(); });
  execution.spawn(kTaskNames[1], [this] { run_task<1>(); });
  execution.spawn(kTaskNames[2], [this] { run_task<2>(); });
}

void LockedIncrements::build(sim::Execution& execution) {
  lock_ = &execution.make<sim::mutex>(sim::ObjectName{"lock"});
  counter_ = &execution.make<Counter>(*lock_, "counter", sim::WatchMask{1}, 0U);
  const auto& limited =
      execution.make<CounterWithLimit>(CounterWithLimit{counter_, kTasks * increments_});
  execution.watch(kAtMostAll, &limited, lock_);
}

void LockedIncrements::start(sim::Execution& execution) {
  for (unsigned task = 0; task < kTasks; ++task)
    execution.spawn(kTaskNames[task], [this] { increment(); });
}

void LockedIncrements::increment() {
  for (std::uint32_t i = 0; i < increments_; ++i) {
    lock_->lock();
    counter_->write() += 1;
    lock_->unlock();
  }
}

Filesystem::Locked Filesystem::make_locked(sim::Execution& execution, const char* lock,
                                           std::uint64_t number) {
  Locked made;
  made.lock = &execution.make<sim::mutex>(sim::ObjectName{lock, nullptr, number});
  made.value =
      &execution.make<sim::Guarded<unsigned, sim::mutex>>(*made.lock, lock, sim::WatchMask{1}, 0U);
  return made;
}

void Filesystem::build(sim::Execution& execution) {
  for (unsigned i = 0; i < kInodes; ++i) inodes_[i] = make_locked(execution, "inode", i);
  for (unsigned i = 0; i < kBlocks; ++i) blocks_[i] = make_locked(execution, "block", i);
}

void Filesystem::start(sim::Execution& execution) {
  for (unsigned task = 0; task < tasks_; ++task)
    execution.spawn("task", [this, task] { allocate(task % kInodes); });
}

bool Filesystem::take(unsigned block) {
  blocks_[block].lock->lock();
  unsigned& busy = blocks_[block].value->write();
  const bool was_free = busy == 0;
  busy = 1;
  blocks_[block].lock->unlock();
  return was_free;
}

void Filesystem::allocate(unsigned inode) {
  inodes_[inode].lock->lock();
  unsigned block = inode * 2 % kBlocks;
  for (unsigned tried = 0; tried <= kBlocks / 2; ++tried) {
    if (take(block)) {
      inodes_[inode].value->write() = block + 1;
      break;
    }
    block = (block + 1) % kBlocks;
  }
  inodes_[inode].lock->unlock();
}

}  // namespace bench

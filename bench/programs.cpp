#include "bench/programs.hpp"

#include <string>

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

std::int64_t too_many(const void* counter) {
  constexpr std::uint32_t kMost = LockedIncrements::kTasks * LockedIncrements::kIncrements;
  const std::uint32_t value = static_cast<const Counter*>(counter)->peek();
  return value > kMost ? value : 0;
}

constexpr sim::Invariant kAtMostAll{"at most all",
                                    sim::InvariantClass::guarded,
                                    "the counter is at most the number of increments",
                                    1,
                                    &too_many,
                                    &describe_value};

}  // namespace

LoadsAndStores::LoadsAndStores() {
  sim::Random random(kSeed);
  for (auto& task : program_) {
    for (Access& access : task) {
      access.variable = static_cast<std::uint8_t>(random.below(kVariables));
      access.store = random.below(2) == 1;
    }
  }
}

void LoadsAndStores::build(sim::Execution& execution) {
  for (unsigned i = 0; i < kVariables; ++i) {
    variables_[i] = &execution.make<sim::Marked<std::uint32_t>>(
        sim::ObjectName{"variable", nullptr, i}, sim::WatchMask{1} << i, 0U);
    execution.watch(kStoredByATask[i], variables_[i]);
  }
}

void LoadsAndStores::start(sim::Execution& execution) {
  for (unsigned task = 0; task < kTasks; ++task)
    execution.spawn(kTaskNames[task], [this, task] { run_task(task); });
}

void LoadsAndStores::run_task(unsigned task) {
  for (const Access& access : program_[task]) {
    sim::Marked<std::uint32_t>& variable = *variables_[access.variable];
    if (access.store) {
      variable.write_once(task + 1);
    } else {
      variable.read_once();
    }
  }
}

void LockedIncrements::build(sim::Execution& execution) {
  lock_ = &execution.make<sim::mutex>(sim::ObjectName{"lock"});
  counter_ = &execution.make<Counter>(*lock_, "counter", sim::WatchMask{1}, 0U);
  execution.watch(kAtMostAll, counter_, lock_);
}

void LockedIncrements::start(sim::Execution& execution) {
  for (unsigned task = 0; task < kTasks; ++task)
    execution.spawn(kTaskNames[task], [this] { increment(); });
}

void LockedIncrements::increment() {
  for (unsigned i = 0; i < kIncrements; ++i) {
    lock_->lock();
    counter_->write() += 1;
    lock_->unlock();
  }
}

}  // namespace bench

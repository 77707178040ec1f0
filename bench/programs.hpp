/// The small programs of the benchmark, as models of the engine.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "sim/cell.hpp"
#include "sim/model.hpp"
#include "sim/sync/mutex.hpp"

namespace bench {

/// P5: three tasks of twenty loads and stores each, on eight marked variables; an invariant for
/// each variable. Which access comes where is drawn once, from seed 5 of the engine's generator.
class LoadsAndStores final : public sim::Model {
 public:
  static constexpr unsigned kTasks = 3;
  static constexpr unsigned kAccesses = 20;
  static constexpr unsigned kVariables = 8;

  LoadsAndStores();
  void build(sim::Execution& execution) override;
  void start(sim::Execution& execution) override;

 private:
  struct Access {
    std::uint8_t variable;
    bool store;
  };

  void run_task(unsigned task);

  std::array<std::array<Access, kAccesses>, kTasks> program_;
  std::array<sim::Marked<std::uint32_t>*, kVariables> variables_{};
};

/// P1(5): two tasks, each adds one to a counter five times under a mutex; the counter's invariant
/// is checked whenever the mutex is free.
class LockedIncrements final : public sim::Model {
 public:
  static constexpr unsigned kTasks = 2;
  static constexpr unsigned kIncrements = 5;

  void build(sim::Execution& execution) override;
  void start(sim::Execution& execution) override;

 private:
  using Counter = sim::Guarded<std::uint32_t, sim::mutex>;

  void increment();

  sim::mutex* lock_ = nullptr;
  Counter* counter_ = nullptr;
};

}  // namespace bench

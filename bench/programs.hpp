/// The small programs of the benchmark, as models of the engine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "sim/cell.hpp"
#include "sim/model.hpp"
#include "sim/sync/mutex.hpp"

namespace bench {

/// P5: three tasks of twenty loads and stores each, on eight marked variables; if asked for, an
/// invariant for each variable. Which access comes where is drawn once, from seed 5 of the engine's
/// generator: task by task, access by access, the variable below 8, then store or load below 2. The
/// compiler draws it, so that each access is a statement, as in a model.
class LoadsAndStores final : public sim::Model {
 public:
  static constexpr unsigned kTasks = 3;
  static constexpr unsigned kAccesses = 20;
  static constexpr unsigned kVariables = 8;

  explicit LoadsAndStores(bool with_invariants) : with_invariants_(with_invariants) {}
  void build(sim::Execution& execution) override;
  void start(sim::Execution& execution) override;
  bool lives_in_arena() const override { return true; }

 private:
  struct Access {
    std::uint8_t variable;
    bool store;
  };

  using Program = std::array<std::array<Access, kAccesses>, kTasks>;

  static constexpr Program drawn();
  template <unsigned kTask, std::size_t kNumber>
  [[gnu::always_inline]] void access();
  template <unsigned kTask>
  void run_task();

  bool with_invariants_;
  sim::Marked<std::uint32_t>* variables_[kVariables]{};
};

/// P1(K): two tasks, each adds one to a counter K times under a mutex; the counter's invariant is
/// checked whenever the mutex is free. C(2K, K) traces.
class LockedIncrements final : public sim::Model {
 public:
  static constexpr unsigned kTasks = 2;

  explicit LockedIncrements(std::uint32_t increments) : increments_(increments) {}
  void build(sim::Execution& execution) override;
  void start(sim::Execution& execution) override;
  bool lives_in_arena() const override { return true; }

 private:
  void increment();

  std::uint32_t increments_;
  sim::mutex* lock_ = nullptr;
  sim::Guarded<std::uint32_t, sim::mutex>* counter_ = nullptr;
};

/// P4f(N): "filesystem" (Flanagan, Godefroid, POPL 2005). Each task takes the lock of an inode of
/// its own, and under it the locks of blocks until it meets a free one. 2^(N-13) traces from N = 13
/// on, one below.
class Filesystem final : public sim::Model {
 public:
  explicit Filesystem(unsigned tasks) : tasks_(tasks) {}
  void build(sim::Execution& execution) override;
  void start(sim::Execution& execution) override;
  bool lives_in_arena() const override { return true; }

 private:
  static constexpr unsigned kInodes = 32;
  static constexpr unsigned kBlocks = 26;
  struct Locked {
    sim::mutex* lock = nullptr;
    sim::Guarded<unsigned, sim::mutex>* value = nullptr;
  };

  Locked make_locked(sim::Execution& execution, const char* lock, std::uint64_t number);
  void allocate(unsigned inode);
  bool take(unsigned block);

  unsigned tasks_;
  std::array<Locked, kInodes> inodes_{};
  std::array<Locked, kBlocks> blocks_{};
};

}  // namespace bench

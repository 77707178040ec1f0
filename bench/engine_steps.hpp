/// Steps of the engine as it ships, under `sim::explore`: switch, decision, record, race detector,
/// lock order and invariants. Creation and tear-down of the executions are part of the time.
#pragma once

#include <string_view>

#include "bench/rounds.hpp"
#include "sim/execution.hpp"
#include "sim/strategies/random_walk.hpp"

namespace bench {

struct Checks {
  bool fingerprint = false;  ///< of each execution: to which Mazurkiewicz trace it belongs
  sim::ExecutionOptions options;

  /// All that an execution can check while it runs, of which `audit` and `check_guards` are off
  /// unless asked for.
  static Checks everything();
};

class EngineSteps : public Workload {
 public:
  std::string_view name() const override { return name_; }
  bool found_anything() const { return found_anything_; }

 protected:
  EngineSteps(std::string_view name, sim::Model& model, const Checks& checks)
      : name_(name), model_(model), checks_(checks), execution_(checks.options) {}

  /// Goes on with `search` for `runs` executions (0: to its end); returns their steps of all
  /// phases.
  std::uint64_t explore(sim::Search& search, std::uint64_t runs);

 private:
  std::string_view name_;
  sim::Model& model_;
  Checks checks_;
  sim::Execution execution_;
  bool found_anything_ = false;
};

/// A random walk. Every round goes on with the next executions of seed 1.
class RandomSteps final : public EngineSteps {
 public:
  /// `runs`: executions in a round.
  RandomSteps(std::string_view name, sim::Model& model, std::uint64_t runs,
              const Checks& checks = {})
      : EngineSteps(name, model, checks), runs_(runs), walk_({1, 0, ~std::uint64_t{0}}) {}

  std::uint64_t run() override { return explore(walk_, runs_); }

 private:
  std::uint64_t runs_;
  sim::RandomWalk walk_;
};

/// A whole search with optimal reduction: most steps lead back to where two executions part.
class ExhaustiveSteps final : public EngineSteps {
 public:
  ExhaustiveSteps(std::string_view name, sim::Model& model, const Checks& checks = {})
      : EngineSteps(name, model, checks) {}

  std::uint64_t run() override;
};

}  // namespace bench

/// The floor of an execution: three tasks of twenty steps as a state machine, without stacks and
/// without an engine, one event recorded for each step.
#pragma once

#include <array>
#include <cstdint>

#include "bench/bare_recorder.hpp"
#include "bench/rounds.hpp"

namespace bench {

class StateMachine final : public Workload {
 public:
  std::string_view name() const override { return "SM: an execution of 60 steps, no engine"; }
  /// Counts executions of 3 x 20 steps; the tasks take turns.
  std::uint64_t run() override;

 private:
  static constexpr unsigned kTasks = 3;
  static constexpr unsigned kSteps = 20;
  static constexpr unsigned kVariables = 8;

  void step(unsigned task);

  struct Machine {
    unsigned next = 0;  ///< step
    std::uint32_t seen = 0;
  };
  std::array<Machine, kTasks> machines_{};
  std::array<std::uint32_t, kVariables> variables_{};
  BareRecorder recorder_;
  volatile std::uint64_t kept_ = 0;
};

}  // namespace bench

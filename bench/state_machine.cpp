#include "bench/state_machine.hpp"

namespace bench {
namespace {

constexpr std::uint64_t kExecutions = 100'000;

}  // namespace

void StateMachine::step(unsigned task) {
  Machine& machine = machines_[task];
  const unsigned variable = (machine.next * 5 + task) % kVariables;
  switch (machine.next++ % 4) {
    case 0:
    case 2: machine.seen = variables_[variable]; break;
    case 1: variables_[variable] = task + 1; break;
    default: variables_[variable] = machine.seen + 1; break;
  }
  recorder_.add(variable, task);
}

std::uint64_t StateMachine::run() {
  for (std::uint64_t i = 0; i < kExecutions; ++i) {
    machines_.fill({});
    variables_.fill(0);
    recorder_.begin();
    for (unsigned round = 0; round < kSteps; ++round)
      for (unsigned task = 0; task < kTasks; ++task) step(task);
    kept_ = recorder_.latest();
  }
  return kExecutions;
}

}  // namespace bench

#include "cli/interrupt.hpp"

#include <csignal>

namespace cli {
namespace {

volatile std::sig_atomic_t caught = 0;

/// A second signal changes nothing: an execution is bounded, so the safe point is near.
extern "C" void remember(int signal) { caught = signal; }

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, remember);
  std::signal(SIGTERM, remember);
}

std::optional<ExitCode> interruption() {
  if (caught == SIGINT) return ExitCode::interrupted;
  if (caught == SIGTERM) return ExitCode::terminated;
  return std::nullopt;
}

}  // namespace cli

#include "cli/interrupt.hpp"

#include <csignal>

namespace cli {
namespace {

volatile std::sig_atomic_t caught = 0;

extern "C" void remember(int signal) {
  caught = signal;
  std::signal(signal, SIG_DFL);  // a second one does not wait
}

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

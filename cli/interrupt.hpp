/// SIGINT and SIGTERM end a command at its next safe point.
#pragma once

#include <optional>

#include "cli/exit_code.hpp"

namespace cli {

void catch_interrupts();

/// The exit code of the signal that came, if one did.
std::optional<ExitCode> interruption();

}  // namespace cli

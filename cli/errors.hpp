/// What ends a command early. Caught in main, which prints one line and exits with the code. No
/// fiber runs while one of these is thrown.
#pragma once

#include <stdexcept>
#include <string>

#include "cli/exit_code.hpp"

namespace cli {

/// The command line itself is wrong.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The sentence and the code say it all.
struct CommandError : std::runtime_error {
  CommandError(ExitCode exit_code, const std::string& sentence)
      : std::runtime_error(sentence), code(exit_code) {}

  ExitCode code;
};

}  // namespace cli

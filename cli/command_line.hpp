/// The command line: what may be written, help, and what is meant where a word is unknown.
#pragma once

#include "cli/exit_code.hpp"

namespace cli {

/// Parses and runs. Throws UsageError, CommandError and scenario::InputError.
ExitCode run_command_line(int argc, const char* const* argv);

/// Was `--git-bisect` written? Then codes that say nothing about the revision become 125.
bool asks_for_git_bisect(int argc, const char* const* argv);

}  // namespace cli

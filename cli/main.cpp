#include <csignal>
#include <exception>

#include <fmt/format.h>

#include "cli/command_line.hpp"
#include "cli/errors.hpp"
#include "cli/interrupt.hpp"
#include "cli/terminal.hpp"
#include "core/scenario/input_error.hpp"

namespace cli {
namespace {

ExitCode run(int argc, const char* const* argv) {
  try {
    return run_command_line(argc, argv);
  } catch (const UsageError& error) {
    complain(error.what());
    return ExitCode::usage;
  } catch (const CommandError& error) {
    complain(error.what());
    return error.code;
  } catch (const scenario::InputError& error) {
    if (const auto signal = interruption()) return *signal;
    complain(error.what());
    return ExitCode::bad_input;
  } catch (const std::exception& error) {
    complain(fmt::format("a bug of fsweave itself: {}", error.what()));
    return ExitCode::bug;
  }
}

/// For git bisect everything that is neither good nor bad means: skip this revision.
ExitCode for_git_bisect(ExitCode code) {
  const bool says_nothing = code != ExitCode::ok && code != ExitCode::finding &&
                            code != ExitCode::interrupted && code != ExitCode::terminated;
  return says_nothing ? ExitCode::git_skip : code;
}

}  // namespace
}  // namespace cli

int main(int argc, char** argv) {
  cli::set_up_terminal();
  cli::catch_interrupts();
  cli::ExitCode code = cli::run(argc, argv);
  if (!cli::flush_output()) {
    cli::complain("standard output could not be written");
    code = cli::worse(code, cli::ExitCode::output);
  }
  if (cli::asks_for_git_bisect(argc, argv)) code = cli::for_git_bisect(code);
  return static_cast<int>(code);
}

/// What the shell learns.
#pragma once

namespace cli {

enum class ExitCode : int {
  ok = 0,       ///< done and as the file expects, or nothing found
  finding = 1,  ///< a finding nobody expected, or a verdict that differs
  usage = 2,
  bad_input = 3,
  inconclusive = 4,  ///< a limit was reached before the question was answered
  diverged = 5,      ///< a recorded or written schedule no longer fits
  output = 6,        ///< output could not be written
  bug = 70,          ///< of fsweave itself
  skipped = 77,      ///< under --meson
  hard_error = 99,   ///< under --meson
  git_skip = 125,    ///< under --git-bisect: this revision says nothing
  interrupted = 130,
  terminated = 143,
};

/// Of two results of one call, the one that the caller has to know: what went wrong before what was
/// found, what was found before what stayed open.
inline ExitCode worse(ExitCode a, ExitCode b) {
  constexpr ExitCode kOrder[] = {ExitCode::bug,         ExitCode::output,      ExitCode::terminated,
                                 ExitCode::interrupted, ExitCode::diverged,    ExitCode::finding,
                                 ExitCode::bad_input,   ExitCode::inconclusive};
  for (const ExitCode code : kOrder)
    if (a == code || b == code) return code;
  return a == ExitCode::ok ? b : a;
}

}  // namespace cli

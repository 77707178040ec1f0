/// Runs what is expected to end the process.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace testing {

/// The exit code of a child process that does `act`, without its standard error; 0 where it came
/// back, -1 where a signal ended it.
inline int exit_code_of(const std::function<void()>& act) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(STDERR_FILENO);
    act();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace testing

#include "bench/optimisation.hpp"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bench {
namespace {

/// CPU seconds of one run; none: it failed, or it is not there.
std::optional<double> seconds_of(const std::string& program) {
  char* arguments[] = {const_cast<char*>(program.c_str()), nullptr};
  pid_t child = 0;
  if (::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ) != 0)
    return std::nullopt;
  int status = 0;
  struct rusage used {};
  ::wait4(child, &status, 0, &used);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

}  // namespace

void measure_optimisation(Scoreboard& board, unsigned rounds) {
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  std::vector<double> of_engine;
  std::vector<double> of_model;
  for (unsigned round = 0; round <= rounds; ++round) {
    const std::optional<double> shipped = seconds_of(here / "random_p5");
    const std::optional<double> engine_at_3 = seconds_of(here / "random_p5_engine_at_3");
    const std::optional<double> model_at_0 = seconds_of(here / "random_p5_model_at_0");
    if (!shipped || !engine_at_3 || !model_at_0) {
      board.not_measured("G15", "needs the three programs random_p5* beside this one");
      return;
    }
    if (round == 0) continue;  // the first warms up
    of_engine.push_back(*shipped / *engine_at_3);
    of_model.push_back(*model_at_0 / *shipped);
  }
  board.row("G15", "random steps of P5: library at -O2 / library at -O3", spread_of(of_engine),
            {1.10, {}});
  board.row("G15", "the same: model at -O0 / model at -O2, library as shipped", spread_of(of_model),
            {1.5, {}});
}

}  // namespace bench

#include "bench/spin.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/programs.hpp"
#include "bench/spin_models.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "tests/support/programs.hpp"

namespace bench {
namespace {

struct Comparison {
  const char* goal;
  const char* program;
  const char* spin_model;
  unsigned size;  ///< N and K of the model
  Bound bound;
  std::uint64_t traces;  ///< known
};

constexpr Bound kNotSlower{1, 0.7};
constexpr Comparison kComparisons[] = {
    {"V4", "P2", kSpinP2, 0, kNotSlower, 7776},
    {"V4", "P4r(14)", kSpinReaders, 14, kNotSlower, 16'384},
    {"V4", "P4l(10)", kSpinLastZero, 10, kNotSlower, 3328},
    {"V4", "P4f(6)", kSpinFilesystem, 6, kNotSlower, 1},
    {"V5", "P1(9)", kSpinP1, 9, {6, 4}, 48'620},
};

std::unique_ptr<sim::Model> model_of(std::string_view program) {
  if (program == "P2") return std::make_unique<testing::Program>(testing::p2());
  if (program == "P4r(14)") return std::make_unique<testing::Program>(testing::readers(14));
  if (program == "P4l(10)") return std::make_unique<testing::Program>(testing::last_zero(10));
  if (program == "P4f(6)") return std::make_unique<Filesystem>(6);
  if (program == "P1(9)") return std::make_unique<LockedIncrements>(9);
  return nullptr;
}

/// Wall seconds of a process; none: it failed.
std::optional<double> seconds_of(const std::vector<std::string>& command,
                                 const std::filesystem::path& folder) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  timespec begin{};
  timespec end{};
  ::clock_gettime(CLOCK_MONOTONIC, &begin);
  const pid_t child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    if (::chdir(folder.c_str()) == 0) ::execvp(arguments[0], arguments.data());
    ::_exit(EXIT_FAILURE);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::clock_gettime(CLOCK_MONOTONIC, &end);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return static_cast<double>(end.tv_sec - begin.tv_sec) +
         static_cast<double>(end.tv_nsec - begin.tv_nsec) * 1e-9;
}

/// SPIN's verifier of the model, made in `folder`.
bool build_verifier(const Comparison& comparison, const std::filesystem::path& folder) {
  std::ofstream(folder / "model.pml") << comparison.spin_model;
  const std::string n = fmt::format("-DN={}", comparison.size);
  const std::string k = fmt::format("-DK={}", comparison.size);
  return seconds_of({"spin", n, k, "-a", "model.pml"}, folder) &&
         seconds_of({"gcc", "-O3", "-w", "-DSAFETY", "-o", "pan", "pan.c"}, folder);
}

void compare(Scoreboard& board, const Comparison& comparison, const std::string& self,
             const std::filesystem::path& folder, unsigned rounds) {
  if (!build_verifier(comparison, folder)) {
    board.not_measured(comparison.goal,
                       fmt::format("spin made no verifier of {}", comparison.program));
    return;
  }
  const std::vector<std::string> ours{self, "--search", comparison.program};
  const std::vector<std::string> spins{"./pan", "-m1000000"};
  std::vector<double> ratios;
  for (unsigned round = 0; round <= rounds; ++round) {
    const std::optional<double> own = seconds_of(ours, folder);
    const std::optional<double> other = seconds_of(spins, folder);
    if (!own || !other) {
      board.row(comparison.goal, comparison.program, "a search failed", false);
      return;
    }
    if (round > 0) ratios.push_back(*own / *other);  // the first warms up
  }
  board.row(comparison.goal, fmt::format("{}: wall time / SPIN's", comparison.program),
            spread_of(ratios), comparison.bound);
}

}  // namespace

bool search_as_spin_does(std::string_view program) {
  const std::unique_ptr<sim::Model> model = model_of(program);
  if (model == nullptr) return false;
  sim::Execution execution;
  sim::OptimalDpor search;
  const sim::SearchResult result = sim::explore(execution, *model, search);
  for (const Comparison& comparison : kComparisons)
    if (program == comparison.program) return result.executions == comparison.traces;
  return false;
}

void compare_with_spin(Scoreboard& board, unsigned rounds) {
  for (const std::string program : {"spin", "gcc"}) {
    if (seconds_of({program, program == "spin" ? "-V" : "--version"}, "/")) continue;
    for (const char* goal : {"V4", "V5"}) board.not_measured(goal, program + " is not installed");
    return;
  }
  std::string folder = (std::filesystem::temp_directory_path() / "fsweave-anchors-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    board.not_measured("V4", "no temporary folder could be made");
    return;
  }
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  for (const Comparison& comparison : kComparisons)
    compare(board, comparison, self, folder, rounds);
  std::filesystem::remove_all(folder);
}

}  // namespace bench

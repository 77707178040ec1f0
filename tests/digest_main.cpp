/// fsweave-digest: one line for each scenario, case and seed, with the digest of the trace. Equal
/// programs print equal lines whatever the compiler, the optimisation, the sanitizer, the address
/// space or the locale. Run at the root of the tree.
#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <clocale>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/scenario/case_runner.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/search_strategies.hpp"
#include "sim/trace_file.hpp"

namespace {

constexpr std::uint64_t kSeeds = 5;
constexpr std::uint64_t kExecution = 300;  ///< shown of each strategy that samples

void print_digest(const scenario::CaseRunner& runner, const std::string& file,
                  const std::string& how) {
  const std::string text = sim::trace_text(runner.execution(), runner.about(file, how));
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  fmt::print("{} {} {} {:016x}{:016x}\n", file, runner.the_case().name, how,
             static_cast<std::uint64_t>(hash.high64), static_cast<std::uint64_t>(hash.low64));
}

void print_digests(const std::string& file) {
  const scenario::Scenario scenario = scenario::read_scenario(file);
  for (const scenario::Case& the_case : scenario.cases) {
    scenario::CaseRunner runner(scenario, the_case);
    runner.follow_schedule();
    print_digest(runner, file, "schedule");
    scenario::Search search;
    search.strategy = scenario::Search::Strategy::random;
    for (search.seed = 1; search.seed <= kSeeds; ++search.seed) {
      runner.follow_sample(search, 0);
      print_digest(runner, file, fmt::format("seed-{}", search.seed));
    }
    for (const std::string_view word : scenario::strategy_words()) {
      search.strategy = scenario::strategy_named(word);
      if (!scenario::samples(search.strategy)) continue;
      runner.follow_sample(search, kExecution);
      print_digest(runner, file, fmt::format("{}-{}", word, kExecution));
    }
  }
}

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("scenarios"))
    if (entry.path().extension() == ".json" && !entry.path().stem().has_extension())
      files.push_back(entry.path().generic_string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main() {
  std::setlocale(LC_ALL, "");  // or the comparison of locales would mean nothing
  try {
    for (const std::string& file : scenario_files()) print_digests(file);
  } catch (const scenario::InputError& error) {
    std::fprintf(stderr, "fsweave-digest: %s\n", error.what());
    return 3;
  }
  return 0;
}

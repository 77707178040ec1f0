// Every planted mistake of the core has to be noticed, by the finding that the register names,
// where the unchanged core shows none. docs/MUTANTS.md is what this run saw; FSWEAVE_ACCEPT=1
// writes it.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "core/scenario/filesystem.hpp"
#include "core/scenario/world.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "sim/strategies/depth_first.hpp"
#include "sim/strategies/random_walk.hpp"
#include "tests/mutants/mutant_register.hpp"
#include "tests/support/document.hpp"

using namespace mutants;

namespace {

constexpr std::uint64_t kSeed = 1;
constexpr std::uint64_t kRuns = 3000;

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

/// "a; b" as a JSON array of strings.
std::string commands(const std::string& list) {
  std::string array;
  std::istringstream parts(list);
  for (std::string part; std::getline(parts, part, ';');)
    array += (array.empty() ? "\"" : ", \"") + trimmed(part) + "\"";
  return "[" + array + "]";
}

std::string tasks(const std::string& list) {
  std::string members;
  std::istringstream parts(list);
  for (std::string part; std::getline(parts, part, '|');) {
    const auto equals = part.find('=');
    members += (members.empty() ? "\"" : ", \"") + trimmed(part.substr(0, equals)) +
               "\": " + commands(part.substr(equals + 1));
  }
  return "{" + members + "}";
}

scenario::Scenario scenario_of(const Scene& scene) {
  const std::string fs = *scene.fs == 0 ? "" : std::string(", ") + scene.fs;
  const std::string kernel = *scene.kernel == 0 ? "" : std::string(", ") + scene.kernel;
  return scenario::parse_scenario(
      R"({"fsweave": 1, "source": "planted mistakes", "fs": {"type": ")" +
          std::string(scene.filesystem) + "\"" + fs + R"(}, "setup": )" + commands(scene.setup) +
          R"(, "tasks": )" + tasks(scene.tasks) + R"(, "teardown": [)" +
          (scene.unmounts ? R"("foo: fsync", "umount")" : R"("drain")") +
          R"(], "cases": [{"name": "case")" + kernel +
          R"(, "search": "exhaustive", "expect": "never"}]})",
      scene.name);
}

const sim::SeenFinding* find(const sim::SearchResult& result, const std::string& what) {
  for (const sim::SeenFinding& seen : result.findings)
    if (seen.finding.signature().starts_with(what)) return &seen;
  return nullptr;
}

/// The core with `mutant` under the row's search; a random one ends when it has shown `what`.
sim::SearchResult run(const Row& row, kernel::Mutant mutant, const std::string& what) {
  const scenario::Scenario read = scenario_of(*row.scene);
  scenario::World world(read, scenario::select_fixes(read, read.cases.front()));
  sim::ExecutionOptions options;
  options.max_steps = 2000;
  options.check_guards = mutant == kernel::Mutant::none;
  sim::Execution execution(options);
  sim::RandomWalk walk({kSeed, 0, kRuns});
  sim::OptimalDpor exhaustive;
  const bool samples = row.search == Search::random;
  sim::ExploreOptions until;
  until.max_runs = 100'000;
  until.progress = [&](const sim::SearchResult& seen) {
    return what.empty() || find(seen, what) == nullptr;
  };
  kernel::planted_mutant = mutant;
  sim::SearchResult result =
      sim::explore(execution, world, samples ? static_cast<sim::Search&>(walk) : exhaustive, until);
  kernel::planted_mutant = kernel::Mutant::none;
  return result;
}

/// The unchanged core on the row's scene, searched once for all rows.
const sim::SearchResult& unchanged(const Row& row) {
  static std::map<std::pair<const Scene*, Search>, sim::SearchResult> known;
  const auto key = std::pair(row.scene, row.search);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  return known.emplace(key, run(row, kernel::Mutant::none, "")).first->second;
}

/// What noticed the mutant, for the document; empty where it survived.
std::string noticed_by(const Row& row) {
  const sim::SearchResult& before = unchanged(row);
  if (row.search == Search::exhaustive) CHECK(before.complete());
  const bool expects_finding = row.notice == Notice::shows;
  const sim::SearchResult after = run(row, row.mutant, expects_finding ? row.what : "");
  switch (row.notice) {
    case Notice::shows: {
      const sim::SeenFinding* seen = find(after, row.what);
      if (seen == nullptr || find(before, row.what) != nullptr) return "";
      return std::string(sim::traits(seen->finding.kind).word) + ": " + seen->finding.name;
    }
    case Notice::hides: {
      const bool gone =
          find(before, row.what) != nullptr && after.complete() && find(after, row.what) == nullptr;
      return gone ? std::string("never instead of sometimes: ") + row.what : "";
    }
    case Notice::skips: {
      const bool gone = before.labels.count(row.what) == 1 && after.complete() &&
                        after.labels.count(row.what) == 0;
      return gone ? std::string("never reached: ") + row.what : "";
    }
  }
  return "";
}

std::string shown_instead(const Row& row) {
  std::string all;
  for (const sim::SeenFinding& seen : run(row, row.mutant, "").findings)
    all += "\n  " + seen.finding.signature();
  return all;
}

/// What the row's mutant shows and where its executions end.
struct Shown {
  std::set<std::string> invariants;
  std::set<std::string> findings;  ///< all kinds but lock order, which the order of a search names
  std::set<std::uint64_t> final_states;
};

/// Nothing if the search is too large, or met a data race: plain accesses that race are no reason
/// for the reduction to try another order.
std::optional<Shown> shown_by(const Row& row, sim::Search& search) {
  const scenario::Scenario read = scenario_of(*row.scene);
  scenario::World world(read, scenario::select_fixes(read, read.cases.front()));
  sim::ExecutionOptions options;
  options.max_steps = 2000;
  sim::Execution execution(options);
  kernel::planted_mutant = row.mutant;
  sim::ExploreOptions until;
  until.max_runs = 100'000;
  const sim::SearchResult result = sim::explore(execution, world, search, until);
  kernel::planted_mutant = kernel::Mutant::none;
  if (!result.exhausted || result.has(sim::FindingKind::data_race)) return std::nullopt;
  Shown shown;
  for (const sim::SeenFinding& seen : result.findings) {
    const sim::FindingKind kind = seen.finding.kind;
    if (kind == sim::FindingKind::invariant) shown.invariants.insert(seen.finding.name);
    if (kind != sim::FindingKind::lock_order) shown.findings.insert(seen.finding.signature());
  }
  for (const auto& [state, executions] : result.final_states) shown.final_states.insert(state);
  return shown;
}

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, "\\");
  return text;
}

std::string document_of(const std::vector<std::pair<const Row*, std::string>>& noticed) {
  std::string text =
      "# Planted mistakes\n\nWritten by `tests/mutants` (`FSWEAVE_ACCEPT=1 ./dev test mutants`); a "
      "plain run compares.\n\n"
      "Each row is one mistake in the core, what it breaks, and what noticed it. The unchanged "
      "core shows none of these\n"
      "findings in the same search of the same scenario. " +
      std::to_string(noticed.size()) + " planted, " + std::to_string(noticed.size()) +
      " noticed.\n\n| mistake | what it breaks | scenario | search | noticed by |\n| --- | --- | "
      "--- | --- | --- |\n";
  for (const auto& [row, by] : noticed) {
    text += "| `" + std::string(row->name) + "` | " + row->breaks + " | " + row->scene->name +
            " | " + (row->search == Search::random ? "random" : "exhaustive") + " | " + cell(by) +
            " |\n";
  }
  text += "\n## Scenarios\n\n| name | setup | tasks | on |\n| --- | --- | --- | --- |\n";
  std::map<std::string, const Scene*> scenes;
  for (const Row& row : rows()) scenes.emplace(row.scene->name, row.scene);
  for (const auto& [name, scene] : scenes) {
    std::string on = *scene->kernel == 0 ? "today" : scene->kernel;
    if (*scene->fs != 0) on += std::string(", ") + scene->fs;
    if (!scene->unmounts) on += ", stays mounted";
    text +=
        "| " + name + " | `" + scene->setup + "` | `" + cell(scene->tasks) + "` | " + on + " |\n";
  }
  return text;
}

}  // namespace

TEST_CASE("The register has one row for each mutant, in order") {
  std::size_t number = 0;
  for (const Row& row : rows()) CHECK(static_cast<std::size_t>(row.mutant) == ++number);
  CHECK(number == static_cast<std::size_t>(kernel::Mutant::freed_cluster_stays_charged));
}

TEST_CASE("For each invariant there is a mistake that shows it") {
  for (const scenario::FileSystemKind* kind : scenario::filesystem_kinds()) {
    std::set<std::string> shown;
    for (const Row& row : rows())
      if (row.scene->filesystem == kind->name) shown.insert(row.what);
    const auto check = [&](const std::string& name) {
      CAPTURE(std::string(kind->name));
      CAPTURE(name);
      CHECK(shown.count("invariant: " + name) + shown.count("advisory: " + name) == 1);
    };
    for (const sim::Invariant& invariant : kind->invariants) check(invariant.name);
    for (const sim::StepCheck& step : kind->step_checks) check(step.name);
  }
}

TEST_CASE("Every planted mistake is noticed as the register says, and docs/MUTANTS.md tells it") {
  std::vector<std::pair<const Row*, std::string>> noticed;
  for (const Row& row : rows()) {
    CAPTURE(std::string(row.name));
    const std::string by = noticed_by(row);
    INFO("expected ", std::string(row.what), ", shown: ", by.empty() ? shown_instead(row) : by);
    CHECK_FALSE(by.empty());
    noticed.emplace_back(&row, by);
  }
  const bool all = std::none_of(noticed.begin(), noticed.end(),
                                [](const auto& row) { return row.second.empty(); });
  if (all) support::check_document("MUTANTS.md", document_of(noticed));
}

// What an invariant's class promises, and what a reduction promises: every finding, every end.
TEST_CASE("Plain depth-first search and the reduced search show the same and end in the same") {
  static constexpr Scene kAlone{"writeback alone", "open -f foo; pwrite 0 4k",
                                "flusher = writeback foo"};
  static constexpr Scene kAloneOnExt4{"writeback alone, ext4",
                                      "open -f foo; pwrite 0 4k",
                                      "flusher = writeback foo",
                                      "",
                                      "",
                                      "ext4"};
  std::set<std::string> covered;
  std::size_t compared = 0;
  for (Row row : rows()) {
    row.scene = std::string(row.scene->filesystem) == "ext4" ? &kAloneOnExt4 : &kAlone;
    CAPTURE(std::string(row.name));
    sim::DepthFirst all;
    sim::OptimalDpor reduced;
    const auto expected = shown_by(row, all);
    if (!expected) continue;
    ++compared;
    const auto shown = shown_by(row, reduced);
    REQUIRE(shown.has_value());
    CHECK(shown->findings == expected->findings);
    CHECK(shown->final_states == expected->final_states);
    covered.insert(expected->invariants.begin(), expected->invariants.end());
  }
  CHECK(compared >= rows().size() - 2);
  CHECK(covered.size() >= 8);
}

TEST_CASE("What sampled interleavings show, the reduced search shows") {
  std::size_t compared = 0;
  for (const Row& row : rows()) {
    if (row.search != Search::exhaustive) continue;
    CAPTURE(std::string(row.name));
    sim::OptimalDpor reduced;
    const auto known = shown_by(row, reduced);
    sim::RandomWalk walk({kSeed + 1, 0, 500});
    const auto sampled = shown_by(row, walk);
    if (!known || !sampled) continue;
    ++compared;
    for (const std::string& name : sampled->findings) {
      CAPTURE(name);
      CHECK(known->findings.count(name) == 1);
    }
    for (const std::uint64_t state : sampled->final_states)
      CHECK(known->final_states.count(state) == 1);
  }
  CHECK(compared >= 40);
}

TEST_CASE(
    "On today's kernel the unchanged core shows nothing but advisories and gated lock orders") {
  for (const Row& row : rows()) {
    if (*row.scene->kernel != 0) continue;
    CAPTURE(std::string(row.scene->name));
    for (const sim::SeenFinding& seen : unchanged(row).findings) {
      const sim::FindingKind kind = seen.finding.kind;
      CAPTURE(seen.finding.signature());
      CHECK((kind == sim::FindingKind::advisory || kind == sim::FindingKind::lock_order));
    }
  }
}

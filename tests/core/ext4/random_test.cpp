// Random workloads on today's ext4: nothing is ever found but lock orders, and what is read back is
// what was written. Direct IO and mappings are not mixed on one file: they are not coherent
// (scenarios/ext4/page_mkwrite-vs-direct_write.json).
#include "sim/random.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "core/scenario/case_runner.hpp"
#include "tests/core/ext4/scene.hpp"

using namespace testing::ext4;

namespace {

constexpr const char* kCommon[] = {"pwrite",  "pwrite",    "pread",    "falloc",
                                   "fpunch",  "fzero",     "truncate", "writeback",
                                   "reclaim", "es_shrink", "fsync",    "commit"};
constexpr const char* kMapped[] = {"mwrite", "mwrite", "mread"};
constexpr const char* kDirect[] = {"pwrite -d", "pwrite -d", "pread -d"};

std::string random_verb(sim::Random& random, bool mapped) {
  if (random.below(3) != 0) return kCommon[random.below(12)];
  return mapped ? kMapped[random.below(3)] : kDirect[random.below(3)];
}

std::string random_command(sim::Random& random, bool mapped) {
  const std::string file = mapped ? "foo" : "bar";
  const std::string verb = random_verb(random, mapped);
  if (verb == "commit") return verb;
  if (verb == "fsync") return file + ": " + verb;
  if (verb == "truncate") return file + ": truncate " + std::to_string(random.below(9) * 2) + "k";
  const std::uint64_t block = random.below(4);
  const std::uint64_t blocks = block == 3 || random.below(3) != 0 ? 1 : 2;
  const std::string range = std::to_string(block * 4) + "k " + std::to_string(blocks * 4) + "k";
  if (verb == "writeback" || verb == "reclaim" || verb == "es_shrink")
    return verb + " " + file + (random.below(2) == 0 ? "" : " " + range);
  const bool whole = verb == "falloc" || verb.find(' ') != std::string::npos;
  if (!whole && random.below(4) == 0)
    return file + ": " + verb + " " + std::to_string(block * 4096 + 512) + " 1024";
  return file + ": " + verb + " " + range;
}

Scene random_scene(std::uint64_t seed) {
  sim::Random random(seed, 0);
  Scene scene;
  constexpr const char* kStarts[] = {"pwrite 0 8k", "pwrite 4k 4k", "truncate 16k", "falloc 0 8k"};
  scene.setup = {"open -f foo", kStarts[random.below(4)]};
  if (random.below(2) == 0) scene.setup.push_back("fsync");
  if (random.below(3) != 0) scene.setup.push_back("truncate 16k");
  scene.setup.push_back("mmap 0 16k");
  scene.setup.insert(scene.setup.end(), {"open -f bar", "truncate 8k"});
  constexpr const char* kClusters[] = {"", "", R"(, "cluster": "8k")", R"(, "cluster": "16k")"};
  scene.fs = kClusters[random.below(4)];
  if (random.below(3) == 0) scene.fs += R"(, "dioread_nolock": false)";
  const std::uint64_t tasks = 2 + random.below(2);
  for (std::uint64_t task = 0; task < tasks; ++task) {
    Commands commands;
    const std::uint64_t length = 1 + random.below(3);
    for (std::uint64_t i = 0; i < length; ++i)
      commands.push_back(random_command(random, random.below(3) != 0));
    scene.tasks.emplace_back("t" + std::to_string(task), commands);
  }
  return scene;
}

/// Everything found but lock orders: folios are locked in ascending order, and so are waits for
/// the writeback of folios, which classes of locks cannot tell. A third of the scenes each for the
/// strategies that find most of docs/STRATEGIES.md, and for the walk that knows nothing.
std::set<std::string> findings(const Scene& scene, std::uint64_t seed, std::uint64_t runs) {
  using enum scenario::Search::Strategy;
  constexpr scenario::Search::Strategy kStrategies[] = {portfolio, pos, random};
  const scenario::Scenario read = scenario::parse_scenario(text_of(scene), "random");
  scenario::CaseRunner runner(read, read.cases.front());
  scenario::Search how;
  how.strategy = kStrategies[seed % 3];
  how.seed = seed;
  how.runs = runs;
  const sim::SearchResult result = runner.search(how, {}).result;
  CHECK(result.executions == runs);
  std::set<std::string> found;
  for (const sim::SeenFinding& seen : result.findings)
    if (seen.finding.kind != sim::FindingKind::lock_order) found.insert(seen.finding.signature());
  return found;
}

void check(std::uint64_t first, std::uint64_t scenes, std::uint64_t runs) {
  for (std::uint64_t seed = first; seed < first + scenes; ++seed) {
    const std::set<std::string> found = findings(random_scene(seed), seed, runs);
    if (found.empty()) continue;
    CAPTURE(seed);
    CAPTURE(text_of(random_scene(seed)));
    CHECK(*found.begin() == "");
  }
}

}  // namespace

TEST_CASE("Random workloads on ext4 find nothing") { check(1, 150, 40); }

TEST_CASE("The same workloads find the race of a kernel without 0ea6560abb3b") {
  std::set<std::string> found;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Scene scene = random_scene(seed);
    scene.kernel = R"(, "era": "ext4-6.10", "revert": ["0ea6560abb3b"])";
    found.merge(findings(scene, seed, 400));
  }
  const auto leak = found.lower_bound("kernel-warning: ext4_destroy_inode");
  REQUIRE(leak != found.end());
  CHECK(leak->ends_with("i_reserved_data_blocks (1) not cleared!"));
}

TEST_CASE("A million executions of random workloads on ext4 find nothing" *
          doctest::test_suite("long")) {
  check(1'000, 2'500, 400);
}

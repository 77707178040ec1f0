// All pairs of ext4's operations on one block, and on two blocks of one cluster, on today's kernel:
// docs/EXT4_PAIRS.md is what the searches saw; FSWEAVE_ACCEPT=1 writes it.
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "sim/explore/explorer.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "tests/core/ext4/scene.hpp"
#include "tests/support/document.hpp"

using namespace testing::ext4;

namespace {

struct Operation {
  const char* name;
  const char* commands[2];  ///< on the first block, on the second
};

constexpr Operation kOperations[] = {
    {"write", {"foo: pwrite 0 4k", "foo: pwrite 4k 4k"}},
    {"read", {"foo: pread 0 4k", "foo: pread 4k 4k"}},
    {"store", {"foo: mwrite 0 4k", "foo: mwrite 4k 4k"}},
    {"load", {"foo: mread 0 4k", "foo: mread 4k 4k"}},
    {"direct write", {"foo: pwrite -d 0 4k", "foo: pwrite -d 4k 4k"}},
    {"direct read", {"foo: pread -d 0 4k", "foo: pread -d 4k 4k"}},
    {"fallocate", {"foo: falloc 0 4k", "foo: falloc 4k 4k"}},
    {"punch", {"foo: fpunch 0 4k", "foo: fpunch 4k 4k"}},
    {"zero range", {"foo: fzero 0 4k", "foo: fzero 4k 4k"}},
    {"truncate", {"foo: truncate 0", "foo: truncate 4k"}},
    {"writeback", {"writeback foo 0 4k", "writeback foo 4k 4k"}},
    {"reclaim", {"reclaim foo 0 4k", "reclaim foo 4k 4k"}},
    {"shrinker", {"es_shrink foo 0 4k", "es_shrink foo 4k 4k"}},
};

constexpr std::uint64_t kMostExecutions = 20'000;

std::string kinds_of(const sim::SearchResult& result) {
  std::set<std::string> names;
  for (const sim::SeenFinding& seen : result.findings)
    if (seen.finding.kind != sim::FindingKind::lock_order)
      names.insert(std::string(sim::traits(seen.finding.kind).word) + " " + seen.finding.name);
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// "never, 12", or what is found; with how many executions.
std::string verdict(const Operation& left, const Operation& right, bool same_block, bool delayed) {
  Scene scene;
  scene.setup = {"open -f foo", "truncate 8k", "mmap 0 8k"};
  scene.setup.push_back(delayed ? "pwrite 0 8k" : "mread 0 8k");
  scene.tasks = {{"left", {left.commands[0]}}, {"right", {right.commands[same_block ? 0 : 1]}}};
  if (!same_block) scene.fs = R"(, "cluster": "8k")";
  const scenario::Scenario read = scenario::parse_scenario(text_of(scene), "pair");
  scenario::World world(read, scenario::select_fixes(read, read.cases.front()));
  sim::Execution execution;
  sim::OptimalDpor search;
  sim::ExploreOptions options;
  options.max_runs = kMostExecutions;
  const sim::SearchResult result = sim::explore(execution, world, search, options);
  const std::string found = kinds_of(result);
  const std::string count = std::to_string(result.executions);
  if (!found.empty()) return found + ", " + count;
  return (result.complete() ? "never, " : "unseen, ") + count;
}

std::string document() {
  std::string text = R"(# Pairs of ext4 operations

Written by `tests/core` (`FSWEAVE_ACCEPT=1 ./dev test --long core`); a plain long run compares.

Each cell is one search on today's kernel: the verdict, and the executions that it took.
*never*: a complete search of every class of executions; *unseen*: cut after 20000. Lock orders
are left out: folios are locked and waited for in ascending order, which classes of locks cannot
tell. A store or load is one through a mapping, with the fault that it takes. Cluster: two blocks
of one bigalloc cluster, the left operation on the first. Hole: nothing is there but a cached
hole; delayed: both blocks were written and are not on disk. What is found where a direct write
meets a store is `scenarios/ext4/page_mkwrite-vs-direct_write.json`.

| left | right | one block, hole | one block, delayed | cluster, hole | cluster, delayed |
| --- | --- | --- | --- | --- | --- |
)";
  for (std::size_t i = 0; i < std::size(kOperations); ++i) {
    for (std::size_t j = i; j < std::size(kOperations); ++j) {
      const Operation& left = kOperations[i];
      const Operation& right = kOperations[j];
      text += std::string("| ") + left.name + " | " + right.name + " |";
      for (const bool same_block : {true, false})
        for (const bool delayed : {false, true})
          text += " " + verdict(left, right, same_block, delayed) + " |";
      text += "\n";
    }
  }
  return text;
}

}  // namespace

TEST_CASE("docs/EXT4_PAIRS.md is what all pairs of operations show" * doctest::test_suite("long")) {
  support::check_document("EXT4_PAIRS.md", document());
}

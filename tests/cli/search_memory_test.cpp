// Units of a divided search that reach their limit of memory: the search goes on without them and
// says so, the same whoever runs it.
#include <string>

#include <doctest/doctest.h>

#include "tests/cli/program.hpp"

using namespace program;

namespace {

/// Two of its units need more than 1 MiB.
const std::string kFile = FSWEAVE_SOURCE_ROOT "/scenarios/ext4/page_mkwrite-vs-direct_write.json";
const std::string kExplore = "explore " + kFile + " --case today --quiet";
const std::string kReason = "the search reached its limit of 1 MiB of memory in 2 of its units\n";

}  // namespace

TEST_CASE("what is printed beside units that gave up does not depend on the number of jobs") {
  const Result one = fsweave(kExplore + " --memory 1 --jobs 1");
  CHECK(one.exit_code == 4);
  CHECK(contains(one.out, "  search  exhaustive, " + kReason));
  CHECK(contains(one.out, " executions, each of another class"));
  CHECK(contains(one.out, "\nseen: "));
  CHECK_FALSE(contains(one.out, "\nsometimes: "));
  for (const char* jobs : {"2", "3"}) {
    CAPTURE(jobs);
    const Result more = fsweave(kExplore + " --memory 1 --jobs " + jobs);
    CHECK(more.exit_code == 4);
    CHECK(more.out == one.out);
  }
  CHECK(contains(fsweave(kExplore).out, "  search  exhaustive, to its end\n"));
}

TEST_CASE("a search some units of which gave up is resumed with more memory") {
  const Directory directory;
  const std::string kept = kExplore + " --checkpoint " + directory.path("kept.search");
  const Result cut = fsweave(kept + " --memory 1");
  CHECK(cut.exit_code == 4);
  const Result again = fsweave(kept + " --resume --memory 1");
  CHECK(again.exit_code == 4);
  CHECK(again.out == cut.out);
  const Result whole = fsweave(kExplore);
  const Result resumed = fsweave(kept + " --resume");
  CHECK(resumed.exit_code == whole.exit_code);
  CHECK(resumed.out == whole.out);
}

TEST_CASE("shards some units of which gave up are merged to what the undivided search prints") {
  const Directory directory;
  std::string files;
  int gave_up = 0;
  for (const char* number : {"1", "2", "3"}) {
    const std::string file = directory.path(std::string(number) + ".search");
    files += " " + file;
    const Result shard =
        fsweave(kExplore + " --memory 1 --shard " + number + "/3 --checkpoint " + file);
    CHECK(contains(shard.out, "the search reached its limit of 1 MiB") == (shard.exit_code == 4));
    gave_up += shard.exit_code == 4 ? 1 : 0;
  }
  CHECK(gave_up > 0);
  const Result merged = fsweave("merge" + files + " --scenario " + kFile);
  CAPTURE(merged.err);
  CHECK(merged.exit_code == 4);
  CHECK(merged.out == fsweave(kExplore + " --memory 1").out);
}

TEST_CASE("shards that were made under different limits are not of one search") {
  const Directory directory;
  const std::string one = directory.path("1.search");
  const std::string two = directory.path("2.search");
  fsweave(kExplore + " --memory 1 --shard 1/2 --checkpoint " + one);
  fsweave(kExplore + " --memory 2 --shard 2/2 --checkpoint " + two);
  const Result merged = fsweave("merge " + one + " " + two);
  CHECK(merged.exit_code == 3);
  CHECK(contains(merged.err, "its limit of memory in bytes is 2097152, not 1048576"));
}

TEST_CASE("a limit of memory belongs to exhaustive searches") {
  CHECK(fsweave(kExplore + " --strategy random --memory 1").exit_code == 2);
  CHECK(fsweave(kExplore + " --memory 0").exit_code == 2);
}

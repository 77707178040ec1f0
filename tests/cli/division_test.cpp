// A search by several processes, in shards, and killed and taken up again: what it prints is the
// same to the byte.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/random.hpp"
#include "tests/cli/program.hpp"

using namespace program;

namespace {

/// 938 executions: more than one unit.
const std::string kTree = std::string("explore " FSWEAVE_SOURCE_ROOT) +
                          "/scenarios/btrfs/writeback-vs-truncate.json --case btrfs-5.9 --quiet";

const std::string kLarge =
    "explore " FSWEAVE_SOURCE_ROOT "/scenarios/btrfs/direct_write-vs-completion.json";

struct Leak {
  Directory directory;
  std::string file = directory.write("leak.json", kLeak);
  std::string sampled = "explore " + file + " --case unfixed --quiet --seed 7 --runs 1000";

  std::string path(int number) const {
    return directory.path("shard-" + std::to_string(number) + ".search");
  }
  /// Files of all shards, in an order that is not theirs.
  std::vector<std::string> shards(const std::string& explore, int count) const {
    std::vector<std::string> files;
    for (int number = count; number >= 1; --number) {
      files.push_back(path(number));
      const Result shard = fsweave(explore + " --shard " + std::to_string(number) + "/" +
                                   std::to_string(count) + " --checkpoint " + files.back());
      CAPTURE(shard.err);
      CHECK(shard.exit_code == 0);
    }
    return files;
  }
};

std::string merge_of(const std::vector<std::string>& files) {
  std::string command = "merge";
  for (const std::string& file : files) command += " " + file;
  return command;
}

/// Without how many executions the cut blocked, and without witnesses: what does not depend on it.
std::string essence(const std::string& report) {
  std::string kept;
  for (std::size_t begin = 0; begin < report.size();) {
    const std::size_t end = report.find('\n', begin);
    std::string line = report.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t cut = line.find(" more cut short as repetitions");
    if (cut != std::string::npos)
      line.erase(line.rfind(';', cut), line.find(';', cut) - line.rfind(';', cut));
    if (!contains(line, "replay: ")) kept += line + "\n";
  }
  return kept;
}

/// The first line of `text` that begins with `head`.
std::string line_of(const std::string& text, const std::string& head) {
  const std::size_t at = text.find(head);
  return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
}

TEST_CASE("what a search prints does not depend on the number of jobs") {
  const Leak leak;
  for (const std::string& explore : {leak.sampled, kTree}) {
    const Result one = fsweave(explore + " --jobs 1");
    CHECK(one.exit_code == 0);
    for (const char* jobs : {"2", "3", "7"}) {
      CAPTURE(jobs);
      const Result more = fsweave(explore + " --jobs " + jobs);
      CHECK(more.exit_code == 0);
      CHECK(more.out == one.out);
    }
    CHECK(fsweave(explore).out == one.out);
  }
}

TEST_CASE("a divided search counts and finds what the search in one piece does") {
  const Result divided = fsweave(kTree);
  const Result whole = fsweave(kTree + " --runs 1000000");
  CHECK(contains(divided.out, "more cut short as repetitions"));
  CHECK_FALSE(contains(whole.out, "more cut short as repetitions"));
  CHECK(contains(whole.out, "938 executions, one of each class"));
  CHECK(line_of(essence(divided.out), "  counts") == line_of(essence(whole.out), "  counts"));
  CHECK(essence(divided.out) == essence(whole.out));
}

TEST_CASE("merged shards print what the undivided search prints") {
  const Leak leak;
  for (const std::string& explore : {leak.sampled, kTree}) {
    const Result whole = fsweave(explore);
    for (const int count : {1, 2, 3, 7}) {
      CAPTURE(count);
      const Leak other;
      std::vector<std::string> files = other.shards(explore, count);
      const Result merged =
          fsweave(merge_of(files) + " --scenario " +
                  (explore == kTree ? kTree.substr(8, kTree.find(" --") - 8) : leak.file));
      CAPTURE(merged.err);
      CHECK(merged.exit_code == whole.exit_code);
      CHECK(merged.out == whole.out);
    }
  }
}

TEST_CASE("merge refuses what is not all the shards of one search, each once") {
  const Leak leak;
  const std::vector<std::string> files = leak.shards(leak.sampled, 3);
  const auto refused = [&](const std::vector<std::string>& given, const std::string& why) {
    const Result merged = fsweave(merge_of(given));
    CAPTURE(merged.err);
    CHECK(merged.exit_code == 3);
    CHECK(merged.out.empty());
    CHECK(contains(merged.err, why));
  };
  refused({files[0], files[2]}, "is of 3 shards, of which number 2 is missing");
  refused({files[0], files[1], files[2], files[1]}, "is named twice (name each shard once)");
  refused({files[0], files[1], files[2], leak.directory.write("copy.search", read(files[1]))},
          "copy.search: is shard 2 of 3, as " + files[1] + " is (name each shard once)");
  const std::string text = read(files[1]);
  for (std::size_t at = 0; at < text.size(); at += 1 + text.size() / 40) {
    std::string damaged = text;
    damaged[at] = damaged[at] == '1' ? '2' : '1';
    refused({files[0], leak.directory.write("damaged.search", damaged), files[2]},
            "damaged.search: ");
  }
  for (std::size_t size = 0; size < text.size(); size += 1 + text.size() / 20)
    refused({files[0], leak.directory.write("cut.search", text.substr(0, size)), files[2]},
            "cut.search: ");
  refused({files[0], leak.directory.write("long.search", text + "x"), files[2]}, "long.search: ");
  refused({files[0], leak.file, files[2]}, "is no result of a search");
  const Leak foreign;
  const auto other =
      foreign.shards("explore " + foreign.file + " --case unfixed --seed 8 --runs 1000", 3);
  refused({files[0], other[1], files[2]}, "its seed is 8, not 7");
  const auto wider = foreign.path(9);
  CHECK(fsweave(leak.sampled + " --shard 2/4 --checkpoint " + wider).exit_code == 0);
  refused({files[0], wider, files[2]}, "its number of shards is 4, not 3");
}

TEST_CASE("merge refuses a scenario that has changed, and a shard that is not finished") {
  const Leak leak;
  const auto files = leak.shards(leak.sampled, 2);
  std::string changed(kLeak);
  changed.replace(changed.find("pwrite 0 4k"), 11, "pwrite 0 8k");
  leak.directory.write("leak.json", changed);
  const Result merged = fsweave(merge_of(files));
  CHECK(merged.exit_code == 3);
  CHECK(contains(merged.err, "it has changed since"));

  std::filesystem::rename(leak.file, leak.directory.path("moved.json"));
  const Result elsewhere = fsweave(merge_of(files));
  CHECK(elsewhere.exit_code == 3);
  CHECK(
      contains(elsewhere.err, "is of the scenario leak.json, which is neither there, seen from "));
  CHECK(contains(elsewhere.err, "--scenario FILE says where it is"));

  leak.directory.write("leak.json", kLeak);
  const std::string unfinished = leak.path(3);
  const Result interrupted =
      fsweave("explore " + leak.file + " --case unfixed --seed 7 --runs 50000000 --checkpoint " +
                  unfinished,
              "timeout 120 sh -c '\"$@\" & p=$!; until [ -s " + unfinished +
                  " ]; do sleep 0.05; done; kill -TERM $p; wait $p' sh");
  CHECK(interrupted.exit_code == 143);
  CHECK(contains(interrupted.out, "ended early"));
  const Result early = fsweave(merge_of({unfinished}));
  CHECK(early.exit_code == 3);
  CHECK(contains(early.err, "is not finished"));
}

TEST_CASE("a worker that dies is a bug of ours, and what it ran is named") {
  const Leak leak;
  const Result result =
      fsweave("explore " + leak.file + " --case unfixed --quiet --seed 7 --runs 50000000 --jobs 2",
              "timeout 120 sh -c '\"$@\" & p=$!; "
              "until read c more < /proc/$p/task/$p/children; [ -n \"$c\" ]; "
              "do sleep 0.05; done; kill -9 $c; wait $p' sh");
  CHECK(result.exit_code == 70);
  CHECK(contains(result.err, "a worker was killed by signal 9 while it ran executions "));
  CHECK(contains(result.err, "fsweave explore "));
}

/// Kills come up to `most` milliseconds after the start; the search must take longer than all of
/// them.
void kill_and_resume(const std::string& explore, std::uint64_t seed, int kills,
                     std::uint32_t most) {
  CAPTURE(seed);
  const Leak leak;
  const Result whole = fsweave(explore);
  REQUIRE(whole.exit_code == 0);
  const std::string kept = explore + " --resume --checkpoint " + leak.directory.path("kept.search");
  sim::Random random(seed, 0);
  int killed = 0;
  for (int i = 0; i < kills; ++i) {
    const std::string after = std::to_string(0.001 * (20 + random.below(most)));
    const int status = fsweave(kept, "timeout -s KILL " + after).exit_code;
    killed += status == 137 || status == -1 ? 1 : 0;  // through the shell, or its own end
  }
  CHECK(killed == kills);
  const Result resumed = fsweave(kept);
  CAPTURE(resumed.err);
  CHECK(resumed.exit_code == whole.exit_code);
  CHECK(resumed.out == whole.out);
  CHECK(fsweave(kept).out == whole.out);
}

TEST_CASE("a search that is killed five times and resumed prints what it prints undisturbed") {
  kill_and_resume(kLarge + " --case unfixed-leaks-one-page --quiet", 1, 5, 100);
}

TEST_CASE("a checkpoint is not overwritten, and not taken for that of another search") {
  const Leak leak;
  const std::string kept = " --checkpoint " + leak.directory.path("kept.search");
  const Result whole = fsweave(leak.sampled + kept);
  CHECK(whole.exit_code == 0);
  const Result again = fsweave(leak.sampled + kept);
  CHECK(again.exit_code == 3);
  CHECK(contains(again.err, "--resume goes on with the search in it"));
  CHECK(fsweave(leak.sampled + kept + " --resume").out == whole.out);
  const Result other =
      fsweave("explore " + leak.file + " --case unfixed --seed 8" + kept + " --resume");
  CHECK(other.exit_code == 3);
  CHECK(contains(other.err, "is of another search: its seed is 7, not 8"));
  CHECK(fsweave(leak.sampled + kept + " --resume --shard 1/2").exit_code == 3);
  const std::string notes = leak.directory.write("notes.txt", "no search\n");
  const Result foreign = fsweave(leak.sampled + " --checkpoint " + notes);
  CHECK(foreign.exit_code == 3);
  CHECK(contains(foreign.err, "notes.txt: is no result of a search"));
  CHECK(read(notes) == "no search\n");
}

TEST_CASE("divisions that make no sense are refused") {
  const Leak leak;
  const std::string file = " --checkpoint " + leak.directory.path("kept.search");
  for (const char* shard : {"0/2", "3/2", "1", "1/0", "/", "a/b", "1/2/3"})
    CHECK(fsweave(leak.sampled + file + " --shard " + shard).exit_code == 2);
  CHECK(contains(fsweave(leak.sampled + file + " --shard 1/20000").err, "with N up to 10000"));
  CHECK(fsweave(leak.sampled + " --shard 1/2").exit_code == 2);
  CHECK(fsweave(leak.sampled + " --resume").exit_code == 2);
  CHECK(fsweave(leak.sampled + " --jobs 0").exit_code == 2);
  CHECK(fsweave("explore " + leak.file + " --case today --strategy dfs" + file).exit_code == 2);
  CHECK(fsweave("explore " + leak.file + " --case today --runs 2" + file).exit_code == 2);
  CHECK(fsweave("explore " + leak.file + file).exit_code == 2);
  CHECK(fsweave(leak.sampled + " --checkpoint /dev/full").exit_code != 0);
}

TEST_SUITE("long") {
  TEST_CASE("a search that is killed fifty times and resumed prints what it prints undisturbed") {
    kill_and_resume("explore " FSWEAVE_SOURCE_ROOT
                    "/scenarios/btrfs/buffered_write-vs-nodatacow_writeback.json"
                    " --case today --quiet",
                    2, 50, 500);
    const Leak leak;
    kill_and_resume("explore " + leak.file + " --case unfixed --quiet --seed 7 --runs 5000000", 3,
                    50, 300);
  }
}

}  // namespace

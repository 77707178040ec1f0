#include <algorithm>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>

#include "tests/cli/program.hpp"

using namespace program;

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

struct Recorded {
  Directory directory;
  std::string scenario = directory.write("leak.json", kLeak);
  std::string trace = directory.path("leak.jsonl");

  Recorded() {
    REQUIRE(fsweave("replay " + scenario + " --case documented --trace " + trace).exit_code == 0);
  }

  void refuses(const std::vector<std::string>& lines, std::size_t line) const {
    const std::string damaged = directory.write("damaged.jsonl", joined(lines));
    const Result result = fsweave("replay " + damaged + " --scenario " + scenario);
    CAPTURE(result.err);
    CHECK(result.exit_code == 3);
    CHECK(contains(result.err, damaged + ":" + std::to_string(line) + ": "));
  }
};

TEST_CASE("a documented schedule shows the leak in the kernel's words") {
  const Directory directory;
  const std::string file = directory.write("leak.json", kLeak);
  const Result result = fsweave("replay " + file);
  CHECK(result.exit_code == 0);
  CHECK(contains(result.out, "kernel  btrfs-5.9"));
  CHECK(contains(result.out, "qgroup 0/5 has unreleased space, type 0 rsv 4096"));
  CHECK(contains(result.out, "found at step "));
  CHECK(contains(result.out, "as expected: finding qgroup-data-reservation"));
  CHECK(contains(result.out, "replay: fsweave replay " + file + " --case documented\n"));
}

TEST_CASE("a diagram fits a commit message") {
  const Directory directory;
  const Result result =
      fsweave("show " + directory.write("leak.json", kLeak) + " --case documented --diagram");
  CHECK(result.exit_code == 0);
  const std::string diagram = result.out.substr(result.out.find("\n\n"));
  CHECK(contains(diagram, "flusher"));
  CHECK(width(diagram) <= 75);
}

TEST_CASE("a table shows steps and counters, and all of them only when asked") {
  const Directory directory;
  const std::string file = directory.write("leak.json", kLeak);
  const std::string some = fsweave("show " + file + " --case documented --table").out;
  const std::string all = fsweave("show " + file + " --case documented --table --all").out;
  CHECK(contains(some, "rsv_data"));
  CHECK_FALSE(contains(some, "  setup  "));
  CHECK(contains(all, "  setup  "));
  CHECK(lines_of(all).size() > lines_of(some).size());
}

TEST_CASE("a verdict that differs from the file is code 1") {
  const Directory directory;
  const std::string file = directory.write(
      "wrong.json",
      replaced(std::string(kLeak), R"({ "finding": "qgroup-data-reservation" })", R"("clean")"));
  const Result result = fsweave("replay " + file);
  CHECK(result.exit_code == 1);
  CHECK(contains(result.out, "DIFFERS, expected: clean"));
}

TEST_CASE("an unknown label is refused at its place, with the one that was meant") {
  const Directory directory;
  const std::string file = directory.write(
      "label.json", replaced(std::string(kLeak), R"({ "run": "flusher", "until": "exit" })",
                             R"({ "run": "flusher", "until": "submit_one_bio:submited" })"));
  const Result result = fsweave("replay " + file);
  CHECK(result.exit_code == 3);
  CHECK(contains(result.err, "label.json:10:"));
  CHECK(contains(result.err, "did you mean 'submit_one_bio:submitted'?"));
}

TEST_CASE("a schedule that cannot be followed names what stopped it") {
  const Directory directory;
  const std::string file = directory.write(
      "stuck.json", replaced(std::string(kLeak), R"({ "run": "bio", "until": "exit" })",
                             R"({ "run": "bio", "until": "submit_one_bio:submitted" })"));
  const Result result = fsweave("replay " + file);
  CHECK(result.exit_code == 5);
  CHECK(contains(result.err, "stuck.json:11:"));
  CHECK(contains(result.err, "the schedule cannot be followed"));
}

TEST_CASE("cases that are not there, or have no schedule, are named") {
  const Directory directory;
  const std::string file = directory.write("leak.json", kLeak);
  const Result unknown = fsweave("replay " + file + " --case documentd");
  CHECK(unknown.exit_code == 2);
  CHECK(contains(unknown.err, "did you mean 'documented'?"));
  const Result search = fsweave("replay " + file + " --case today");
  CHECK(search.exit_code == 2);
  CHECK(contains(search.err, "fsweave explore " + file + " --case today"));
  CHECK(fsweave("replay " + file + " --schedule 'flusher'").exit_code == 2);
}

TEST_CASE("a schedule of the command line is followed, or refused at its column") {
  const Directory directory;
  const std::string replay = "replay " + directory.write("leak.json", kLeak) + " --case unfixed";
  CHECK(fsweave(replay + " --schedule flusher").exit_code == 0);
  const Result broken = fsweave(replay + " --schedule 'flusher*'");
  CHECK(broken.exit_code == 3);
  CHECK(contains(broken.err, "--schedule, column "));
  const Result stale = fsweave(replay + " --schedule 'nobody*2'");
  CHECK(stale.exit_code == 5);
  CHECK(contains(stale.err, "nobody runs"));
}

TEST_CASE("a trace replays to the same bytes") {
  const Recorded recorded;
  const std::string again = recorded.directory.path("again.jsonl");
  const Result result = fsweave("replay " + recorded.trace + " --trace " + again);
  CHECK(result.exit_code == 0);
  CHECK(contains(result.out, "qgroup 0/5 has unreleased space, type 0 rsv 4096"));
  CHECK(read(again) == read(recorded.trace));
  CHECK_FALSE(read(recorded.trace).empty());
}

TEST_CASE("a trace names no absolute path") {
  const Recorded recorded;
  CHECK_FALSE(contains(read(recorded.trace), recorded.scenario));
  CHECK(contains(read(recorded.trace), "leak.json"));
}

TEST_CASE("a trace with a changed, missing or added line is refused with file and line") {
  const Recorded recorded;
  const std::vector<std::string> whole = lines_of(read(recorded.trace));
  REQUIRE(whole.size() > 10);
  std::vector<std::string> changed = whole;
  changed[4] = replaced(changed[4], "\"task\"", "\"tusk\"");
  recorded.refuses(changed, 5);
  std::vector<std::string> cut = whole;
  cut.erase(cut.begin() + 4);
  recorded.refuses(cut, 5);
  std::vector<std::string> added = whole;
  added.insert(added.begin() + 4, whole[4]);
  recorded.refuses(added, 6);
  recorded.refuses({whole.begin(), whole.begin() + 6}, 7);
  recorded.refuses({"no trace"}, 1);
}

TEST_CASE("a trace of another kernel names the first step that differs") {
  const Recorded recorded;
  const Result result = fsweave("replay " + recorded.trace + " --case today");
  CHECK(result.exit_code == 5);
  CHECK(contains(result.out, "recorded with case 'documented' (btrfs-5.9)"));
  CHECK(contains(result.err, "the replay differs first at step "));
  CHECK(contains(result.err, "recorded is \""));
}

TEST_CASE("a trace of a case that the file lacks belongs to another file") {
  const Recorded recorded;
  const std::string other = recorded.directory.write(
      "other.json",
      replaced(std::string(kLeak), R"("name": "documented")", R"("name": "renamed")"));
  const Result result = fsweave("replay " + recorded.trace + " --scenario " + other);
  CHECK(result.exit_code == 3);
  CHECK(contains(result.err, "--scenario"));
}

TEST_CASE("a trace that cannot be written is code 6 and leaves nothing") {
  const Directory directory;
  const std::string replay =
      "replay " + directory.write("leak.json", kLeak) + " --case documented --trace ";
  const Result result = fsweave(replay + directory.path("no/such/place.jsonl"));
  CHECK(result.exit_code == 6);
  CHECK(contains(result.err, "could not be written"));
  CHECK(fsweave(replay + "/dev/full").exit_code == 6);
}

TEST_CASE("hostile files are refused, whatever they hold") {
  const Directory directory;
  std::string deep = R"({ "fsweave": 1, "tasks": )";
  deep += std::string(100'000, '[');
  const std::vector<std::string> texts{
      "",
      "\xff\xfe",
      "{",
      deep,
      R"({ "fsweave": 1, "fsweave": 1, "fs": { "type": "btrfs" }, "tasks": {} })",
      R"({ "fsweave": 1, "fs": { "type": "btrfs" }, "tasks": { "a": ["pwrite 0 1.5"] } })",
      R"({ "fsweave": 2, "fs": { "type": "btrfs" }, "tasks": { "a": ["sync"] } })",
      R"({ "fsweave": 1, "fs": { "type": "xfs" }, "tasks": { "a": ["sync"] } })",
      "{ \"fsweave\": 1, \"fs\": { \"type\": \"btrfs\" }, \"tasks\": { \"a\": [\"\x1b[2J\"] } }"};
  for (const std::string& text : texts) {
    const std::string file = directory.write("hostile.json", text);
    const Result result = fsweave("show " + file);
    CAPTURE(result.err);
    CHECK(result.exit_code == 3);
    CHECK(result.err.starts_with("fsweave: " + file));
    CHECK_FALSE(contains(result.err, "\033"));
    CHECK(result.out.empty());
  }
}

}  // namespace

#include "core/scenario/scenario.hpp"

#include <fstream>
#include <iterator>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/scenario/digest.hpp"
#include "core/scenario/limits.hpp"
#include "core/scenario/schema.hpp"

using namespace scenario;

namespace {

/// The example of the project's design page.
constexpr const char* kDocumented = R"json({ "fsweave": 1,
  // One witness, as in the commit message.
  "source": "0ea6560abb3b ext4: check the extent status again before inserting delalloc block",
  "fs":       { "type": "ext4", "block": "4k" },
  "setup":    ["open -f other", "open -f foo", "truncate 16k", "mmap 0 16k"],
  "tasks":    { "fault": ["mwrite 0 4k"], "falloc": ["falloc 0 4k"] },
  "environment": { "flusher": ["writeback foo 0 4k"] },
  "teardown": ["fsync", "umount"],
  "window":   "fault: ext4_da_map_blocks:hole_seen .. ext4_da_map_blocks:delayed_inserted",
  "cases": [
    { "name": "documented", "era": "ext4-6.10", "revert": ["0ea6560abb3b"],
      "schedule": [ { "run": "fault",  "until": "ext4_da_map_blocks:hole_seen" },
                    { "run": "falloc", "until": "exit" },
                    { "run": "fault",  "until": "exit" } ],
      "expect": { "finding": "i_reserved_data_blocks" } },
    { "name": "reverted", "revert": ["0ea6560abb3b"], "search": "exhaustive",
      "expect": { "sometimes": "i_reserved_data_blocks" } },
    { "name": "today", "search": "exhaustive", "tier": "quick", "expect": "never" } ] }
)json";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// The documented scenario with one change: its error, or "" where it is read.
std::string error_with(const std::string& from, const std::string& to,
                       const ScenarioContext& context = {}) {
  try {
    parse_scenario(replaced(kDocumented, from, to), "s", context);
  } catch (const InputError& error) {
    return to_string(error);
  }
  return "";
}

}  // namespace

TEST_CASE("the scenario of the design page is read in full") {
  const Scenario s = parse_scenario(kDocumented, "s");
  CHECK(s.source.starts_with("0ea6560abb3b"));
  CHECK(s.fs.type == "ext4");
  CHECK(s.fs.number("block", 0) == 4096);
  CHECK(s.fs.number("bio_pages", 32) == 32);
  REQUIRE(s.setup.size() == 4);
  CHECK(s.setup[2].file == "foo");
  REQUIRE(s.tasks.size() == 2);
  CHECK(s.tasks[0].name == "fault");
  CHECK(s.tasks[0].commands.at(0).file == "foo");
  CHECK(s.tasks[0].commands.at(0).position.line == 6);
  CHECK(s.tasks[0].commands.at(0).position.column == 28);
  CHECK(s.environment.at(0).commands.at(0).verb == Verb::writeback);
  CHECK(s.teardown.at(0).file == "foo");
  REQUIRE(s.window.has_value());
  CHECK(s.window->task == "fault");
  CHECK(s.window->from == "ext4_da_map_blocks:hole_seen");
  CHECK(s.window->to == "ext4_da_map_blocks:delayed_inserted");
  REQUIRE(s.cases.size() == 3);
  const Case& documented = s.cases[0];
  CHECK(documented.era->text == "ext4-6.10");
  CHECK(documented.revert.at(0).hash == "0ea6560abb3b");
  REQUIRE(documented.schedule.size() == 3);
  CHECK(documented.schedule[0].until.kind == Until::Kind::label);
  CHECK(documented.schedule[0].until.name == "ext4_da_map_blocks:hole_seen");
  CHECK(documented.schedule[1].until.kind == Until::Kind::exit);
  CHECK(documented.expect.kind == Expect::Kind::finding);
  CHECK(documented.expect.findings == std::vector<std::string>{"i_reserved_data_blocks"});
  CHECK(s.cases[1].search.strategy == Search::Strategy::exhaustive);
  CHECK(s.find_case("today")->expect.kind == Expect::Kind::never);
  CHECK(s.find_case("nobody") == nullptr);
}

TEST_CASE("the five lines of the qgroup leak stand in a scenario as they are") {
  const Scenario s = parse_scenario(
      R"json({ "fsweave": 1, "fs": { "type": "btrfs", "limit": "1m", "reserve_chunk": 8 },
    "tasks": { "fsstress": [
      "0/0: creat f0 x:0 0 0",
      "0/0: creat add id=0,parent=-1",
      "0/1: write f0[259 1 0 0 0 0] [600030,27288] 0",
      "0/4: dwrite - xfsctl(XFS_IOC_DIOINFO) f0[259 1 0 0 64 627318] return 25, fallback to stat()",
      "0/4: dwrite f0[259 1 0 0 64 627318] [610304,106496] 0" ] },
    "environment": { "flusher": ["writeback p0/f0"] },
    "teardown": ["p0/f0: fsync", "umount"],
    "cases": [ { "name": "all", "fixes": { "qgroup_owner": "bits" },
                 "search": { "strategy": "random", "seed": "0xffffffffffffffff", "runs": 10 },
                 "expect": "unseen" },
               { "name": "few", "search": { "strategy": "exhaustive", "preemptions": 2 },
                 "expect": "never" } ] })json",
      "s");
  CHECK(s.fs.flag("nodatasum", true));
  CHECK(s.fs.number("limit", 0) == 1u << 20);
  CHECK(s.fs.number("reserve_chunk", 512) == 8);
  REQUIRE(s.tasks.at(0).commands.size() == 3);
  CHECK(s.tasks[0].commands[0].verb == Verb::open);
  CHECK_FALSE(s.tasks[0].commands[1].direct);
  CHECK(s.tasks[0].commands[2].direct);
  CHECK(s.environment.at(0).commands.at(0).file == "p0/f0");
  CHECK(s.cases.at(0).search.seed == 0xffffffffffffffffu);
  CHECK(s.cases.at(0).search.runs == 10);
  CHECK_FALSE(s.cases.at(0).search.preemptions);
  CHECK(s.cases.at(1).search.preemptions == 2u);
  CHECK(s.cases.at(0).fixes.at(0).variant == "bits");
}

TEST_CASE("a descriptor that was opened with -d makes its transfers direct") {
  const Scenario s = parse_scenario(R"json({ "fsweave": 1, "fs": { "type": "btrfs" },
    "setup": ["open -f -d foo", "open -f bar"],
    "tasks": { "a": ["pwrite 0 4k", "foo: pwrite 0 4k", "file foo", "pread 0 4k", "close", "fsync"],
               "b": ["open foo", "pwrite 0 4k"] } })json",
                                    "s");
  const auto& a = s.tasks.at(0).commands;
  CHECK(a.at(0).file == "bar");
  CHECK_FALSE(a.at(0).direct);
  CHECK(a.at(1).direct);
  CHECK(a.at(3).file == "foo");
  CHECK(a.at(3).direct);
  CHECK(a.at(5).file == "bar");
  CHECK_FALSE(s.tasks.at(1).commands.at(1).direct);
}

TEST_CASE("errors of form name the key, its place and what was meant") {
  CHECK(error_with("\"teardown\"", "\"teardwn\"") ==
        "s:8:3: unknown key 'teardwn' (did you mean 'teardown'?)");
  CHECK(error_with("\"until\": \"exit\" },\n                    { \"run\": \"fault\"",
                   "\"untill\": \"exit\" },\n { \"run\": \"fault\"") ==
        "s:13:40: unknown key 'untill' (did you mean 'until'?)");
  CHECK(
      error_with("\"search\": \"exhaustive\", \"tier\"", "\"serach\": \"exhaustive\", \"tier\"") ==
      "s:18:24: unknown key 'serach' (did you mean 'search'?)");
  CHECK(error_with("\"quick\"", "\"quik\"") ==
        "s:18:56: 'quik' is not known here (did you mean 'quick'?)");
  CHECK(error_with("\"expect\": \"never\"", "\"expect\": \"nver\"") ==
        "s:18:75: 'nver' is not known here (did you mean 'never'?)");
  CHECK(error_with("{ \"sometimes\"", "{ \"sometime\"")
            .find("unknown key 'sometime' (did you mean 'sometimes'?)") != std::string::npos);
  CHECK(error_with("[\"falloc 0 4k\"]", "\"falloc 0 4k\"") ==
        "s:6:53: a list [ ... ] is expected here");
  CHECK(error_with("[\"fsync\", \"umount\"]", "[\"fsync\", 5]") ==
        "s:8:25: a string is expected here");
  CHECK(error_with("\"fsweave\": 1", "\"fsweave\": 2") ==
        "s:1:14: version 2 of the format is not known (this build reads version 1)");
  CHECK(error_with("\"fsweave\": 1,", "") == "s:1:1: the key 'fsweave' is missing");
  CHECK(error_with("\"type\": \"ext4\"", "\"type\": \"ext5\"") ==
        "s:4:25: 'ext5' is not known here (did you mean 'ext4'?)");
  CHECK(error_with("\"type\": \"ext4\", ", "") == "s:4:15: the key 'type' is missing");
  CHECK(error_with("\"name\": \"today\", ", "").find("the key 'name' is missing") !=
        std::string::npos);
  CHECK(error_with("\"block\": \"4k\"", "\"bio_pages\": 70000") ==
        "s:4:46: the number must lie between 1 and 65536");
}

TEST_CASE("errors of meaning name the word, its place and what was meant") {
  CHECK(error_with("mwrite 0 4k", "mwrit 0 4k") ==
        "s:6:28: unknown command 'mwrit' (did you mean 'mwrite'?)");
  CHECK(error_with("writeback foo 0 4k", "writeback fooo 0 4k") ==
        "s:7:33: the file 'fooo' is not open here (did you mean 'foo'?)");
  CHECK(error_with("mwrite 0 4k", "mwrite 12k 8k") ==
        "s:6:28: no mapping of 'foo' covers this range (add \"foo: mmap 12k 8k\" in front of it, "
        "or to setup)");
  CHECK(error_with("\"open -f other\", \"open -f foo\", ", "") ==
        "s:5:17: 'truncate' has no file to act on (put \"open -f NAME\" in front of it, or into "
        "setup)");
  CHECK(error_with("{ \"run\": \"falloc\"", "{ \"run\": \"fallocc\"") ==
        "s:13:30: no task is named 'fallocc' (did you mean 'falloc'?)");
  CHECK(error_with("{ \"run\": \"falloc\"", "{ \"run\": \"kworker/endio-write#2\"") == "");
  const ScenarioContext core{{"kworker/endio-write"}};
  CHECK(error_with("{ \"run\": \"falloc\"", "{ \"run\": \"kworker/endio-write#2\"", core) == "");
  CHECK(error_with("{ \"run\": \"falloc\"", "{ \"run\": \"blk-done\"", core)
            .find("no task is named 'blk-done'") != std::string::npos);
  CHECK(error_with("\"window\":   \"fault:", "\"window\":   \"falt:") ==
        "s:9:15: no task is named 'falt' (did you mean 'fault'?)");
  CHECK(error_with(" .. ", " to ") == "s:9:15: a window is written \"TASK: LABEL .. LABEL\"");
  CHECK(error_with("\"name\": \"today\"", "\"name\": \"reverted\"") ==
        "s:18:15: a second case is named 'reverted' (choose another name)");
  CHECK(error_with("\"flusher\"", "\"fault\"") ==
        "s:7:20: a second task is named 'fault' (choose another name)");
  CHECK(error_with("\"flusher\"", "\"a task\"").find("s:7:20: 'a task' cannot be a name") == 0);
  CHECK(error_with("[\"0ea6560abb3b\"],\n", "[\"v6.10\"],\n").find("'v6.10' is no commit hash") !=
        std::string::npos);
  CHECK(error_with("\"block\": \"4k\"", "\"nodatacow\": true")
            .find("s:4:33: ext4 has no parameter 'nodatacow'") == 0);
  CHECK(error_with("\"block\": \"4k\"", "\"block\": \"4q\"") ==
        "s:4:42: '4q' is no size (bytes, or with a suffix k, m or g)");
  CHECK(error_with("\"block\": \"4k\"", "\"block\": 512") ==
        "s:4:42: 'block' must lie between 4k and 4k (block size; 4k)");
  CHECK(error_with("\"until\": \"exit\"", "\"until\": \"the end\"")
            .find("'the end' is no place to stop at") != std::string::npos);
  CHECK(error_with("\"until\": \"exit\"", "\"until\": \"blocked on i_data_sem\"") == "");
  CHECK(error_with("\"until\": \"exit\"", "\"steps\": 3") == "");
  CHECK(error_with("{ \"run\": \"falloc\", \"until\": \"exit\" }",
                   "{ \"choose\": \"bio 1\", \"as\": \"EIO\" }") == "");
  CHECK(error_with("{ \"run\": \"falloc\", \"until\": \"exit\" }", "{ \"choose\": \"bio 1\" }")
            .find("a directive chooses") != std::string::npos);
}

TEST_CASE("numbers of the filesystem that cannot be are refused with those that can") {
  const auto error_of = [](const std::string& parameters) {
    return error_with("\"block\": \"4k\"", parameters);
  };
  CHECK(error_of("\"size\": -1") ==
        "s:4:41: 'size' must lie between 4k and 1g (space for data; 4m by default)");
  CHECK(error_of("\"size\": 4097") == "s:4:41: 'size' must be a multiple of a block (4k or 8k)");
  CHECK(error_of("\"size\": \"4k\"") == "");
  CHECK(error_of("\"cluster\": 4097") == "s:4:44: 'cluster' must be a power of two (4k or 8k)");
  CHECK(error_of("\"cluster\": \"12k\"") == "s:4:44: 'cluster' must be a power of two (8k or 16k)");
  CHECK(error_of("\"cluster\": \"8k\", \"size\": \"4k\"") ==
        "s:4:58: a space of 4k holds no whole number of clusters of 8k (\"size\": \"8k\")");
  CHECK(error_of("\"cluster\": \"8m\"") ==
        "s:4:44: a space of 4m holds no whole number of clusters of 8m (\"size\": \"8m\")");
  CHECK(
      error_with("\"type\": \"ext4\", \"block\": \"4k\"", "\"type\": \"btrfs\", \"limit\": 0")
          .find(
              "'limit' must lie between 1 and 1048576g (qgroup limit on referenced bytes; none") !=
      std::string::npos);
}

TEST_CASE("a file that nobody creates cannot be opened") {
  CHECK(error_with("\"open -f other\"", "\"open other\"") ==
        "s:5:17: nobody creates the file 'other' before (write open -f other)");
  CHECK(error_with("[\"mwrite 0 4k\"]", "[\"open foo\", \"mwrite 0 4k\"]") == "");
  CHECK(error_with("[\"mwrite 0 4k\"]", "[\"open bar\", \"sync\"]")
            .find("nobody creates the file 'bar' before") != std::string::npos);
  CHECK(error_with("[\"mwrite 0 4k\"], \"falloc\": [",
                   "[\"open bar\"], \"falloc\": [\"open -f bar\", ") == "");
}

TEST_CASE("lists and objects of the wrong length are refused with the right one") {
  CHECK(error_with("{ \"finding\": \"i_reserved_data_blocks\" }", "{ \"finding\": [] }")
            .find("too little is named here: 0, not 1 at least") != std::string::npos);
  CHECK(error_with("{ \"finding\": \"i_reserved_data_blocks\" }", "{}")
            .find("too little is named here: 0, not 1 at least") != std::string::npos);
}

TEST_CASE("a claim has to be one that its way of running can show") {
  CHECK(error_with("\"search\": \"exhaustive\", \"tier\"", "\"search\": \"random\", \"tier\"")
            .find("claims about all executions") != std::string::npos);
  CHECK(error_with("\"expect\": \"never\"", "\"expect\": \"unseen\"").find("(expect never)") !=
        std::string::npos);
  CHECK(error_with("\"expect\": \"never\"", "\"expect\": \"clean\"").find("(expect never)") !=
        std::string::npos);
  CHECK(error_with("\"search\": \"exhaustive\", \"tier\"", "\"tier\"")
            .find("neither what to replay nor how to search") != std::string::npos);
  CHECK(error_with("\"search\": \"exhaustive\", \"tier\"",
                   "\"guide\": true, \"search\": \"dfs\", \"tier\"")
            .find("no schedule to guide") != std::string::npos);
  CHECK(error_with("\"expect\": { \"finding\"", "\"search\": \"dfs\", \"expect\": { \"sometimes\"")
            .find("a schedule and a search") != std::string::npos);
  CHECK(error_with("\"search\": \"exhaustive\", \"tier\"",
                   "\"search\": { \"strategy\": \"dfs\", \"runs\": 5 }, \"tier\"")
            .find("belongs to strategies that sample") != std::string::npos);
}

TEST_CASE("more tasks than the limit are refused") {
  std::string text = R"json({ "fsweave": 1, "fs": { "type": "btrfs" }, "tasks": {)json";
  for (int i = 0; i < 60; ++i)
    text += (i > 0 ? ", \"t" : "\"t") + std::to_string(i) + "\": [\"sync\"]";
  text += "}, \"environment\": {";
  for (int i = 0; i < 5; ++i)
    text += (i > 0 ? ", \"e" : "\"e") + std::to_string(i) + "\": [\"sync\"]";
  CHECK_THROWS_WITH_AS(parse_scenario(text + "} }", "s"), doctest::Contains("more than 64 tasks"),
                       InputError);
}

TEST_CASE("long lists are read, and refused beyond a million operations") {
  const auto with_operations = [](int count, const char* last) {
    std::string text = R"json({ "fsweave": 1, "fs": { "type": "btrfs" }, "tasks": { "t": [)json";
    for (int i = 0; i < count; ++i) text += "\"sync\",";
    return text + last + "] } }";
  };
  CHECK(parse_scenario(with_operations(99'999, "\"sync\""), "s").tasks[0].commands.size() ==
        100'000);
  CHECK_THROWS_WITH_AS(parse_scenario(with_operations(99'999, "7"), "s"),
                       doctest::Contains("a string is expected here"), InputError);
  CHECK_THROWS_WITH_AS(parse_scenario(with_operations(1'000'000, "\"sync\""), "s"),
                       doctest::Contains("more than 1000000 operations"), InputError);
}

TEST_CASE("the digest follows the meaning and not the layout") {
  const Scenario s = parse_scenario(kDocumented, "s");
  const Case& the_case = s.cases[0];
  const std::string documented = scenario_digest(s, the_case);
  CHECK(documented.size() == 32);
  const auto digest_with = [&](const std::string& from, const std::string& to) {
    const Scenario other = parse_scenario(replaced(kDocumented, from, to), "elsewhere");
    return scenario_digest(other, other.cases[0]);
  };
  CHECK(digest_with("// One witness, as in the commit message.", "/* another */") == documented);
  CHECK(digest_with("mwrite 0 4k", "foo: mwrite  0x0 4096") == documented);
  CHECK(digest_with("\"expect\": \"never\"", "\"expect\": { \"sometimes\": \"x\" }") == documented);
  CHECK(digest_with("\"name\": \"documented\"", "\"name\": \"renamed\"") == documented);
  CHECK(digest_with("mwrite 0 4k", "mwrite 0 8k") != documented);
  CHECK(digest_with("\"era\": \"ext4-6.10\", ", "") != documented);
  CHECK(digest_with("\"fault\": [\"mwrite 0 4k\"], \"falloc\": [\"falloc 0 4k\"]",
                    "\"falloc\": [\"falloc 0 4k\"], \"fault\": [\"mwrite 0 4k\"]") != documented);
  // XXH3-128 of no bytes, from the reference implementation's own test vectors.
  CHECK(digest("") == "99aa06d3014798d86001c324468d497f");
}

TEST_CASE("a scenario with any byte damaged is read or refused cleanly") {
  const std::string text = kDocumented;
  std::size_t read = 0;
  std::size_t refused = 0;
  const auto attempt = [&](std::string damaged) {
    try {
      parse_scenario(std::move(damaged), "s");
      ++read;
    } catch (const InputError& error) {
      ++refused;
      CHECK_FALSE(error.sentence.empty());
      CHECK(to_string(error).find('\x1b') == std::string::npos);
    }
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int mask : {0x01, 0x10, 0x80}) {
      std::string flipped = text;
      flipped[i] = static_cast<char>(flipped[i] ^ mask);
      attempt(flipped);
    }
    attempt(text.substr(0, i));
    attempt(text.substr(0, i) + text.substr(i + 1));
    attempt(text.substr(0, i) + "\x1b" + text.substr(i));
  }
  CHECK(read > 0);
  CHECK(refused > text.size() * 3);
}

TEST_CASE("the schema and the command line bound a search alike") {
  const std::string schema(scenario_schema());
  const auto bounded = [&](std::string_view key, std::uint64_t least, std::uint64_t most) {
    return schema.find(fmt::format(R"("{}": {{ "type": "integer", "minimum": {}, "maximum": {} }})",
                                   key, least, most)) != std::string::npos;
  };
  CHECK(bounded("runs", 1, kMostRuns));
  CHECK(bounded("preemptions", 0, kMostPreemptions));
}

TEST_CASE("the schema and the table of parameters name the same keys") {
  const std::string schema(scenario_schema());
  for (const Parameter& parameter : known_parameters()) {
    CAPTURE(parameter.name);
    CHECK(schema.find("\"" + std::string(parameter.name) + "\":") != std::string::npos);
  }
  for (const std::string_view filesystem : known_filesystems()) {
    CHECK(schema.find("\"" + std::string(filesystem) + "\"") != std::string::npos);
  }
}

// "block" has one value yet.
TEST_CASE("each parameter of a filesystem is read where that filesystem is mounted") {
  for (const Parameter& parameter : known_parameters()) {
    if (parameter.name == "block") continue;
    CAPTURE(parameter.filesystem);
    CAPTURE(parameter.name);
    std::ifstream file(std::string(FSWEAVE_SOURCE_ROOT) + "/core/scenario/" +
                       std::string(parameter.filesystem) + "_filesystem.cpp");
    const std::string code(std::istreambuf_iterator<char>(file), {});
    CHECK(code.find("(\"" + std::string(parameter.name) + "\", ") != std::string::npos);
  }
}

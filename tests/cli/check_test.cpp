#include <doctest/doctest.h>

#include "tests/cli/program.hpp"
#include "tests/support/data_file.hpp"

using namespace program;

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("check passes a file whose cases are as it says") {
  const Directory directory;
  const Result result = fsweave("check " + directory.write("leak.json", kLeak));
  CHECK(result.exit_code == 0);
  CHECK(contains(result.out, "PASS "));
  CHECK(last_line(result.out) == "4 passed, 0 failed");
}

TEST_CASE("check fails a verdict that differs") {
  const Directory directory;
  const Result result =
      fsweave("check " + directory.write("wrong.json",
                                         replaced(std::string(kLeak),
                                                  R"("era": "btrfs-5.9", "search": "exhaustive")",
                                                  R"("search": "exhaustive")")));
  CHECK(result.exit_code == 1);
  CHECK(contains(result.out,
                 "wrong.json: unfixed: expected sometimes qgroup-data-reservation, but never"));
  CHECK(contains(result.out, "wrong.json:19:58: 'today' expects never, but no case of the file "));
  CHECK(last_line(result.out) == "2 passed, 2 failed");
}

TEST_CASE("a never without the reverted case beside it fails the file") {
  const Directory directory;
  const std::string alone = R"({ "fsweave": 1, "fs": { "type": "btrfs" },
    "tasks": { "a": ["open -f foo", "pwrite 0 4k"] },
    "cases": [ { "name": "today", "search": "exhaustive", "expect": "never" } ] })";
  const std::string file = directory.write("alone.json", alone);
  const Result result = fsweave("check " + file);
  CHECK(result.exit_code == 1);
  CHECK(result.out ==
        "FAIL " + file + ":3:69: 'today' expects never, but no case of the file shows the race " +
            "without its fix (add a case with \"revert\": [\"HASH\"] that expects sometimes or " +
            "always; if this is about no fix, say in \"source\" what it is about)\n" +
            "0 passed, 1 failed\n");
  const Result named =
      fsweave("check " +
              directory.write("named.json", replaced(alone, R"("fs")",
                                                     R"("source": "7dbeaad0af7d btrfs", "fs")")));
  CHECK(contains(named.out, "(add a case with \"revert\": [\"7dbeaad0af7d\"] that expects "));
}

TEST_CASE("check does not pass files without a case") {
  const Directory directory;
  const Result result = fsweave("check " + directory.write("empty.json", R"({ "fsweave": 1,
    "fs": { "type": "btrfs" }, "tasks": { "a": ["open -f foo"] }, "cases": [] })"));
  CHECK(result.exit_code == 3);
  CHECK(contains(result.out, "no file has a case to check"));
  CHECK(last_line(result.out) == "0 passed, 1 failed");
}

TEST_CASE("an execution that needs more than 64 tasks proves nothing, wherever it does") {
  std::string writes;
  for (int i = 0; i < 70; ++i) writes += "\"pwrite " + std::to_string(16 * i) + "k 4k\", ";
  const std::string all = R"("setup": ["open -f foo"], "tasks": { "a": [)" + writes +
                          R"("fsync"] }, "teardown": ["umount"])";
  const std::string before =
      R"("setup": ["open -f foo", )" + writes + R"("fsync"], "tasks": { "a": ["fsync"] })";
  const std::string after = R"("setup": ["open -f foo"], "tasks": { "a": ["fsync"] },
                             "teardown": [)" +
                            writes + R"("umount"])";
  const Directory directory;
  for (const std::string& body : {all, before, after}) {
    for (const char* search : {R"("exhaustive", "expect": "never")",
                               R"({ "strategy": "random", "runs": 1 }, "expect": "unseen")"}) {
      CAPTURE(std::string(search));
      CAPTURE(body.substr(0, 60));
      const Result result = fsweave(
          "check " + directory.write("many.json", R"({ "fsweave": 1, "fs": { "type": "ext4" }, )" +
                                                      body + R"(, "cases": [ { "name": "today",
          "search": )" + search + R"( } ] })"));
      CHECK(result.exit_code == 1);
      CHECK(
          contains(result.out,
                   "but incomplete: none of 1 execution shows a finding, but 1 execution cut where "
                   "more than 64 tasks were needed"));
    }
  }
}

TEST_CASE("a write of two megabytes is a write") {
  const Directory directory;
  for (const std::string fs : {"btrfs", "ext4"}) {
    const Result result =
        fsweave("check " +
                directory.write(fs + ".json", R"({ "fsweave": 1, "fs": { "type": ")" + fs + R"(" },
      "setup": ["open -f foo"], "tasks": { "a": ["pwrite 0 2m", "fsync"] }, "teardown": ["umount"],
      "cases": [ { "name": "today", "search": { "strategy": "random", "runs": 2 },
                   "expect": "unseen" } ] })"));
    CHECK(last_line(result.out) == "1 passed, 0 failed");
  }
}

TEST_CASE("check goes on behind a file that is refused") {
  const Directory directory;
  directory.write("a-broken.json", "{");
  directory.write("b-leak.json", kLeak);
  directory.write("scenario.schema.json", "{}");
  const Result result = fsweave("check " + directory.path(""));
  CHECK(result.exit_code == 3);
  CHECK(result.out.find("a-broken.json:1:") < result.out.find("b-leak.json: documented"));
  CHECK(last_line(result.out) == "4 passed, 1 failed");
}

TEST_CASE("cases of tier full run when asked for") {
  const Directory directory;
  const std::string file =
      directory.write("tiers.json", replaced(std::string(kLeak), R"("name": "sampled",)",
                                             R"("name": "sampled", "tier": "full",)"));
  const Result quick = fsweave("check " + file);
  CHECK(contains(quick.out, "1 case of tier full left out"));
  CHECK(last_line(quick.out) == "3 passed, 0 failed");
  CHECK(last_line(fsweave("check " + file + " --tier full").out) == "4 passed, 0 failed");
}

TEST_CASE("paths that hold nothing are refused") {
  const Directory directory;
  CHECK(fsweave("check " + directory.path("nothing")).exit_code == 3);
  CHECK(fsweave("check " + directory.path("")).exit_code == 3);
}

TEST_CASE("lists name what scenarios may name") {
  CHECK(contains(fsweave("list fixes").out, "7dbeaad0af7d btrfs: change timing"));
  CHECK(contains(fsweave("list eras").out, "btrfs-5.9: "));
  CHECK(contains(fsweave("list labels").out, "submit_one_bio:submitted\n"));
  CHECK(contains(fsweave("list invariants").out, "qgroup-data-reservation"));
  CHECK(contains(fsweave("list invariants").out, "lost-wakeup"));
  const Directory directory;
  const std::string file = directory.write("leak.json", kLeak);
  const Result scenarios = fsweave("list scenarios " + directory.path(""));
  CHECK(scenarios.exit_code == 0);
  CHECK(contains(scenarios.out, "documented"));
  CHECK(contains(scenarios.out, "sometimes qgroup-data-reservation"));
}

TEST_CASE("a log becomes a scenario that can be explored, with every line accounted for") {
  const Directory directory;
  const std::string scenario = directory.path("run.json");
  const Result imported = fsweave(
      "import fsstress " + support::data_file("fsstress-p3-n60-s12345.log") + " -o " + scenario);
  CHECK(imported.exit_code == 0);
  CHECK(contains(imported.out, "written: "));
  CHECK(fsweave("list scenarios " + scenario).exit_code == 0);
}

TEST_CASE("the lines of a commit message become a scenario that leaks on its kernel") {
  const Directory directory;
  const std::string mail =
      directory.write("mail.txt", R"(    The following workload can lead to a leak:
      0/0: creat f0 x:0 0 0
      0/0: creat add id=0,parent=-1
      0/1: write f0[259 1 0 0 0 0] [600030,27288] 0
      0/4: dwrite - xfsctl(XFS_IOC_DIOINFO) f0[259 1 0 0 64 627318] return 25, fallback to stat()
      0/4: dwrite f0[259 1 0 0 64 627318] [610304,106496] 0
)");
  const Result shown = fsweave("import fsstress " + mail);
  CHECK(shown.exit_code == 0);
  CHECK(contains(shown.out, "pwrite -d 596k 104k"));
  CHECK(contains(shown.err, "lines      6\n"));
  const std::string on_its_kernel =
      replaced(shown.out, R"("name": "random",)", R"("name": "random", "era": "btrfs-5.9",)");
  const Result explored =
      fsweave("explore " + directory.write("quoted.json", on_its_kernel) + " --seed 1 --runs 500");
  CHECK(explored.exit_code == 1);
  CHECK(contains(explored.out, "qgroup-data-reservation"));
}

TEST_CASE("a log with foreign lines is refused with its line, or imported without them") {
  const Directory directory;
  const std::string log =
      directory.write("run.log", "0/0: creat f0 x:0 0 0\n0/1: wrte f0 [0,4096] 0\n0/2: sync\n");
  const std::string output = directory.path("run.json");
  const Result strict = fsweave("import fsstress " + log + " -o " + output);
  CHECK(strict.exit_code == 3);
  CHECK(contains(strict.err, "run.log:2:1: "));
  CHECK(read(output).empty());
  CHECK(fsweave("import fsstress " + directory.path("none.log")).exit_code == 3);
}

TEST_CASE("a recorded kernel is compared without root, and a difference is found") {
  const std::string name = support::data_file("kernel/btrfs-seed000-nodatacow-6.18.ftrace.txt");
  const std::string recorded = read(name);
  const Directory directory;
  const Result same = fsweave("conform --file nodatacow --recording " + name);
  CAPTURE(same.out);
  CHECK(same.exit_code == 0);
  CHECK(contains(same.out, "equal\n"));
  const std::string altered = directory.write(
      "altered.txt",
      replaced(recorded, "rsv_data=118784 referenced=16384", "rsv_data=118785 referenced=16384"));
  const Result differs = fsweave("conform --file nodatacow --recording " + altered);
  CHECK(differs.exit_code == 1);
  CHECK(contains(differs.out, "rsv_data=118785"));
}

TEST_CASE("the recorded kernel with checksums is compared without root") {
  const Result same = fsweave("conform --file datasum --recording " +
                              support::data_file("kernel/btrfs-seed000-datasum-6.18.ftrace.txt"));
  CAPTURE(same.out);
  CHECK(same.exit_code == 0);
}

TEST_CASE("a recording that is none is refused") {
  const Directory directory;
  const std::string empty = directory.write("empty.txt", "nothing\n");
  CHECK(fsweave("conform --file datasum --recording " + empty).exit_code == 3);
  CHECK(fsweave("conform --recording " + empty).exit_code == 2);
}

}  // namespace

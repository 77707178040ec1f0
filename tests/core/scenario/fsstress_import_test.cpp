#include "core/scenario/fsstress_import.hpp"

#include <algorithm>
#include <numeric>

#include <doctest/doctest.h>

#include "core/scenario/fsstress_line.hpp"
#include "core/scenario/fsstress_scenario.hpp"
#include "core/scenario/input_file.hpp"
#include "core/scenario/scenario.hpp"
#include "tests/support/data_file.hpp"

using namespace scenario;

namespace {

std::uint64_t sum(const FsstressImport::Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t total, const auto& row) { return total + row.second; });
}

void check_account(const FsstressImport& import) {
  CHECK(import.lines == import.operations + sum(import.failed) + sum(import.ignored) +
                            import.notes + import.details + import.banners + import.blank +
                            import.prose + import.unparsed);
}

std::vector<std::string> spelled(const std::vector<Command>& commands) {
  std::vector<std::string> texts;
  for (const Command& command : commands) texts.push_back(to_string(command));
  return texts;
}

/// What 7dbeaad0af7d quotes, between sentences and indented as a mail would have it.
constexpr std::string_view kQuoted =
    "The following simple workload from fsstress can lead to qgroup reserved\n"
    "data space leak:\n"
    "      0/0: creat f0 x:0 0 0\n"
    "      0/0: creat add id=0,parent=-1\n"
    "      0/1: write f0[259 1 0 0 0 0] [600030,27288] 0\n"
    "      0/4: dwrite - xfsctl(XFS_IOC_DIOINFO) f0[259 1 0 0 64 627318] return 25, fallback to "
    "stat()\n"
    "      0/4: dwrite f0[259 1 0 0 64 627318] [610304,106496] 0\n"
    "    \n"
    "    This would cause btrfs qgroup to leak 20480 bytes.\n";

}  // namespace

TEST_CASE("both sample logs import without an unparsed line") {
  struct Row {
    const char* name;
    std::uint64_t lines;
    std::size_t processes;
  };
  for (const Row& row :
       {Row{"fsstress-p3-n60-s12345.log", 236, 3}, Row{"fsstress-p4-first2000.log", 2000, 4}}) {
    CAPTURE(row.name);
    const std::string log = read_input_file(support::data_file(row.name));
    CHECK(detect_source(log) == FsstressSource::log);
    const FsstressImport import = import_fsstress(log);
    CHECK(import.lines == row.lines);
    CHECK(import.unparsed == 0);
    CHECK(import.processes.size() <= row.processes);
    check_account(import);
    const Scenario scenario =
        parse_scenario(to_scenario_json(import, {.source = row.name}), "import");
    CHECK(scenario.tasks.size() == import.processes.size());
  }
}

TEST_CASE("every successful call that the model knows becomes operations, line by line") {
  const std::string log = read_input_file(support::data_file("fsstress-p4-first2000.log"));
  // Counted with grep on the log itself: successful lines of the modelled productions.
  std::uint64_t expected = 0;
  std::uint64_t start = 0;
  for (std::size_t end = log.find('\n'); end != std::string::npos;
       start = end + 1, end = log.find('\n', start)) {
    const std::string line = log.substr(start, end - start);
    const std::string body = line.substr(line.find(": ") + 2);
    const bool succeeded = body == "sync" || body.ends_with(" 0");
    const char* const heads[] = {"write ",    "dwrite ",    "awrite ", "writev ",    "mwrite ",
                                 "read ",     "dread ",     "aread ",  "readv ",     "mread ",
                                 "truncate ", "fallocate(", "fsync ",  "fdatasync ", "afsync ",
                                 "creat ",    "sync",       "uring_",  "xfsctl("};
    const bool modelled = std::any_of(std::begin(heads), std::end(heads),
                                      [&](const char* head) { return body.starts_with(head); });
    const bool unshare = body.find("UNSHARE_RANGE") != std::string::npos;
    const bool of_directory =
        body.find("sync d") != std::string::npos && body.find("/f") == std::string::npos;
    if (succeeded && modelled && !unshare && !of_directory && body.find(" - ") == std::string::npos)
      ++expected;
  }
  const FsstressImport import = import_fsstress(log);
  CHECK(expected > 300);
  CHECK(import.operations == expected);
}

TEST_CASE("quoted lines are picked out of prose and the rest is reported as text") {
  CHECK(detect_source(kQuoted) == FsstressSource::prose);
  const FsstressImport import =
      import_fsstress(kQuoted, {.source = FsstressSource::prose, .shared_file = false});
  check_account(import);
  CHECK(import.unparsed == 0);
  CHECK(import.operations == 3);
  CHECK(import.notes == 1);
  CHECK(import.details == 1);
  CHECK(import.blank == 1);
  REQUIRE(import.prose_lines.size() == 3);
  CHECK(import.prose_lines[2].number == 9);
  REQUIRE(import.processes.size() == 1);
  const auto& commands = import.processes[0].commands;
  CHECK(spelled(commands) == std::vector<std::string>{"open -f p0/f0", "p0/f0: pwrite 600030 27288",
                                                      "p0/f0: pwrite -d 596k 104k"});
  CHECK(commands[1].text == "0/1: write f0[259 1 0 0 0 0] [600030,27288] 0");
  CHECK(commands[1].position.line == 5);
  CHECK(commands[1].position.column == 7);
  CHECK(import_fsstress(kQuoted).unparsed > 0);
}

TEST_CASE("mail quoting is looked through") {
  const FsstressImport import =
      import_fsstress("> > 0/1: sync\n>\nText 0/1: sync\n",
                      {.source = FsstressSource::prose, .shared_file = false});
  CHECK(import.operations == 1);
  CHECK(import.prose == 1);
  CHECK(import.blank == 1);
}

TEST_CASE("an imported log becomes a scenario that reads back to the same commands") {
  const FsstressImport import =
      import_fsstress(kQuoted, {.source = FsstressSource::prose, .shared_file = false});
  const std::string text = to_scenario_json(import, {.source = "a \"quoted\" name\x1b"});
  const Scenario scenario = parse_scenario(text, "s");
  CHECK(scenario.source == "a \"quoted\" name\\x1b");
  CHECK(spelled(scenario.setup) == std::vector<std::string>{"open -f p0/f0"});
  REQUIRE(scenario.tasks.size() == 1);
  CHECK(scenario.tasks[0].name == "p0");
  CHECK(spelled(scenario.tasks[0].commands) ==
        std::vector<std::string>{"p0/f0: pwrite 600030 27288", "p0/f0: pwrite -d 596k 104k"});
  CHECK(text.find("// 0/4") != std::string::npos);
  CHECK_THROWS_WITH(to_scenario_json(import_fsstress("0/1: stat f0 0\n"), {.source = "log"}),
                    "log: holds no operation that the model knows (was fsstress run with -v?)");
}

TEST_CASE("the same path of two processes is two files unless one file is asked for") {
  const std::string log =
      "0/0: write f0[1 1 0 0 0 0] [0,4096] 0\n"
      "1/0: write f0[2 1 0 0 8 4096] [4096,4096] 0\n"
      "10/0: fsync d1/f3 0\n";
  const FsstressImport apart = import_fsstress(log);
  REQUIRE(apart.files.size() == 3);
  CHECK(apart.files[0].name == "p0/f0");
  CHECK(apart.files[1].name == "p1/f0");
  CHECK(apart.files[1].size == 4096);
  CHECK(apart.files[2].name == "pa/d1/f3");
  const FsstressImport shared =
      import_fsstress(log, {.source = FsstressSource::log, .shared_file = true});
  REQUIRE(shared.files.size() == 1);
  for (const auto& process : shared.processes) {
    for (const Command& command : process.commands) CHECK(command.file == "shared");
  }
  const Scenario scenario = parse_scenario(to_scenario_json(apart), "s");
  CHECK(spelled(scenario.setup) == std::vector<std::string>{"open -f p0/f0", "open -f p1/f0",
                                                            "p1/f0: pwrite 0 4k",
                                                            "open -f pa/d1/f3"});
}

TEST_CASE("space that is asked for by ioctl is a fallocate that keeps the size") {
  const FsstressImport import = import_fsstress(
      "0/1: xfsctl(XFS_IOC_RESVSP64) f5[1 1 0 0 0 0] [8192,4096] 0\n"
      "0/2: xfsctl(XFS_IOC_UNRESVSP64) f5[1 1 0 0 8 0] [8192,4096] 0\n");
  REQUIRE(import.processes.size() == 1);
  CHECK(spelled(import.processes[0].commands) ==
        std::vector<std::string>{"p0/f5: falloc -k 8k 4k", "p0/f5: fpunch 8k 4k"});
}

TEST_CASE("a file stays the same file when its name moves") {
  const auto files_of = [](const std::string& log) {
    std::vector<std::string> files;
    for (const auto& process : import_fsstress(log).processes) {
      for (const Command& command : process.commands) {
        if (command.verb == Verb::fsync) files.push_back(command.file);
      }
    }
    return files;
  };
  using Names = std::vector<std::string>;
  CHECK(files_of("0/0: fsync f0 0\n0/1: rename() f0 to f1 0\n0/2: fsync f1 0\n") ==
        Names{"p0/f0", "p0/f0"});
  CHECK(files_of("0/0: fsync f0 0\n0/1: rename() f0 to f1 2\n0/2: fsync f1 0\n") ==
        Names{"p0/f0", "p0/f1"});
  CHECK(files_of("0/0: fsync f0 0\n1/1: rename() f0 to f1 0\n0/2: fsync f1 0\n") ==
        Names{"p0/f0", "p0/f1"});
  CHECK(files_of("0/0: fsync f0 0\n0/1: fsync f1 0\n0/2: rename(EXCHANGE) f0 to f1 0\n0/3: fsync "
                 "f0 0\n") == Names{"p0/f0", "p0/f1", "p0/f1"});
  CHECK(files_of("0/0: fsync d1/f0 0\n0/1: fsync d1f/f0 0\n0/2: rename() d1 to d2/d3 0\n0/3: fsync "
                 "d2/d3/f0 0\n"
                 "0/4: fsync d1f/f0 0\n") ==
        Names{"p0/d1/f0", "p0/d1f/f0", "p0/d1/f0", "p0/d1f/f0"});
  CHECK(files_of("0/0: fsync f0 0\n0/1: link f0 f1 0\n0/2: unlink f0 0\n0/3: fsync f1 0\n") ==
        Names{"p0/f0", "p0/f0"});
  CHECK(files_of("0/0: fsync f0 0\n0/1: unlink f0 0\n0/2: creat f0 x:0 0 0\n0/3: fsync f0 0\n") ==
        Names{"p0/f0", "p0/f0+2"});
}

TEST_CASE("failed calls and calls that are not modelled are counted by name") {
  const FsstressImport import = import_fsstress(
      "seed = 5\n0/0: write f0[1 1 0 0 0 0] [0,1] 28\n0/1: stat f0 0\n0/2: fsync d1 0\n0/3: "
      "unshare - no filename\n"
      "0/4: fallocate(UNSHARE_RANGE) f0[1 1 0 0 0 0] [0,1] 0\n\ngarbage\x1b[0m\n0/5: sync");
  check_account(import);
  CHECK(import.operations == 1);
  CHECK(import.failed.at("write") == 1);
  CHECK(import.ignored.at("stat") == 1);
  CHECK(import.ignored.at("fsync") == 1);
  CHECK(import.ignored.at("unshare") == 1);
  CHECK(import.banners == 1);
  CHECK(import.blank == 1);
  CHECK(account(import) ==
        "lines      9\noperations 1\nfailed     1 (write 1)\nignored    3 (fsync 1, stat 1, "
        "unshare 1)\n"
        "notes      1\ndetails    0\nbanners    1\nblank      1\nunparsed   1\n  line 8: "
        "garbage\\x1b[0m\n");
}

TEST_CASE("hostile logs are counted, not trusted") {
  check_account(import_fsstress(""));
  check_account(import_fsstress(std::string(100'000, '\n')));
  check_account(import_fsstress(std::string(1'000'000, '0')));
  const FsstressImport many = import_fsstress([] {
    std::string log;
    for (int i = 0; i < 65; ++i) log += std::to_string(i) + "/0: sync\n";
    return log;
  }());
  CHECK(many.processes.size() == 65);
  CHECK_THROWS_AS(to_scenario_json(many), InputError);
}

#include <doctest/doctest.h>

#include "tests/cli/program.hpp"

using namespace program;

namespace {

void refuses(const std::string& arguments, std::string_view sentence) {
  const Result result = fsweave(arguments);
  CAPTURE(arguments);
  CAPTURE(result.err);
  CHECK(result.exit_code == 2);
  CHECK(contains(result.err, sentence));
  CHECK(result.out.empty());
}

TEST_CASE("every help text begins with examples") {
  for (const char* command :
       {"", "replay", "explore", "check", "show", "list", "import", "import fsstress", "conform"}) {
    CAPTURE(command);
    const Result asked = fsweave(std::string("help ") + command);
    CHECK(asked.exit_code == 0);
    CHECK(asked.out.starts_with("Examples:\n  fsweave "));
    const Result option = fsweave(std::string(command) + " --help");
    CHECK(option.exit_code == 0);
    CHECK(option.out == asked.out);
  }
}

TEST_CASE("the scenarios of the examples are there") {
  for (const char* command : {"", "replay", "explore", "check", "show"}) {
    const std::string text = fsweave(std::string("help ") + command).out;
    std::size_t named = 0;
    for (std::size_t at = 0; (at = text.find("scenarios/", at)) != std::string::npos; ++at) {
      const std::string path = text.substr(at, text.find_first_of(" \n", at) - at);
      CAPTURE(path);
      CHECK(std::filesystem::exists(std::string(FSWEAVE_SOURCE_ROOT) + "/" + path));
      ++named;
    }
    CHECK(named > 0);
  }
}

TEST_CASE("an interrupted search prints what it has and says so with its code") {
  const Directory directory;
  const std::string file = directory.write("leak.json", kLeak);
  const std::string explore = "explore " + file + " --case unfixed --strategy dfs --quiet";
  const Result interrupted = fsweave(explore, "timeout --preserve-status -s INT 1");
  CHECK(interrupted.exit_code == 130);
  CHECK(contains(interrupted.out, "ended early"));
  CHECK(fsweave(explore, "timeout --preserve-status -s TERM 1").exit_code == 143);
}

TEST_CASE("a search that is interrupted says how to go on with it") {
  const Directory directory;
  const std::string explore = "explore " + directory.write("leak.json", kLeak) +
                              " --case unfixed --seed 7 --runs 50000000 --quiet";
  const std::string kept = directory.path("kept.search");
  const std::string soon = "timeout --preserve-status -s INT 1";
  CHECK(last_line(fsweave(explore + " --checkpoint " + kept, soon).err) ==
        "to go on: the same command with --resume takes up " + kept);
  CHECK(contains(last_line(fsweave(explore, soon).err), "--checkpoint FILE keeps what is done"));
}

TEST_CASE("a command that waits for its input can be stopped") {
  const Directory directory;
  const std::string fifo = directory.path("fifo");
  CHECK(fsweave("import fsstress -",
                "mkfifo " + fifo + " && timeout -k 10 --preserve-status -s TERM 1", "<> " + fifo)
            .exit_code == 143);
  const Result refused = fsweave("check " + fifo, "timeout -k 10 20");
  CHECK(refused.exit_code == 3);
  CHECK(contains(refused.out, "is a FIFO (name a regular file)"));
}

TEST_CASE("without a command the help is shown, and that is a mistake") {
  const Result result = fsweave("");
  CHECK(result.exit_code == 2);
  CHECK(contains(result.out, "fsweave replay"));
}

TEST_CASE("the version names program and formats") {
  const Result result = fsweave("--version");
  CHECK(result.exit_code == 0);
  CHECK(result.out.starts_with("fsweave 0."));
  CHECK(contains(result.out, "XXH3-128"));
}

TEST_CASE("unknown words are refused with what was meant") {
  refuses("repaly x.json", "did you mean 'replay'?");
  refuses("explore x.json --stratgy random", "did you mean '--strategy'?");
  refuses("explore x.json --sed=3", "did you mean '--seed'?");
  refuses("import fstress x.log", "did you mean 'fsstress'?");
  refuses("list fixs", "did you mean 'fixes'?");
  refuses("check --tier fulll", "did you mean 'full'?");
  refuses("conform --file datasm", "did you mean 'datasum'?");
}

TEST_CASE("missing and surplus words are refused") {
  refuses("replay", "FILE");
  refuses("replay a.json b.json", "b.json");
  refuses("replay x.json --case", "--case");
  refuses("import", "subcommand");
  refuses("show x.json --schedule", "--schedule");
}

TEST_CASE("numbers that are none, or do not fit, are refused") {
  refuses("explore x.json --seed x", "--seed takes a count");
  refuses("explore x.json --seed=-1", "--seed takes a count");
  refuses("explore x.json --seed 18446744073709551616", "--seed takes a count");
  refuses("explore x.json --seed 0x", "--seed takes a count");
  for (const char* runs : {"0", "-5", "ten", "1000000000001"})
    refuses(std::string("explore x.json --runs ") + runs,
            std::string("--runs takes a count from 1 to 1000000000000, not '") + runs + "'");
  refuses("explore x.json --preemptions 99999999999",
          "--preemptions takes a count from 0 to 1000000, not '99999999999'");
  refuses("explore x.json --jobs 0", "--jobs takes a count from 1 to 1024, not '0'");
  refuses("explore x.json --execution 1.5", "--execution takes a count");
}

TEST_CASE("control characters of the command line are not sent to the terminal") {
  const Result result = fsweave("\"$(printf 'repl\\033[2Jay')\" x");
  CHECK(result.exit_code == 2);
  CHECK(contains(result.err, "repl\\x1b[2Jay"));
  CHECK_FALSE(contains(result.err, "\033"));
}

TEST_CASE("output that cannot be written is code 6") {
  const Result result = fsweave("list labels", {}, ">/dev/full");
  CHECK(result.exit_code == 6);
  CHECK(contains(result.err, "standard output could not be written"));
}

TEST_CASE("there is no colour where the output is no terminal") {
  const Directory directory;
  const std::string file = directory.write("leak.json", kLeak);
  CHECK_FALSE(contains(fsweave("replay " + file, "TERM=xterm").out, "\033"));
}

TEST_CASE("git bisect skips what cannot be judged") {
  CHECK(fsweave("replay /no/such.json").exit_code == 3);
  CHECK(fsweave("replay /no/such.json --git-bisect").exit_code == 125);
  CHECK(fsweave("--git-bisect explore x.json --runs 0").exit_code == 125);
}

}  // namespace

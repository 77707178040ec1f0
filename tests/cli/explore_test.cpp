#include <doctest/doctest.h>

#include "tests/cli/program.hpp"

using namespace program;

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// The first "replay: fsweave ..." line, without the program's name.
std::string replay_command(const std::string& text) {
  constexpr std::string_view kHead = "replay: fsweave ";
  const std::size_t at = text.find(kHead);
  REQUIRE(at != std::string::npos);
  const std::size_t begin = at + kHead.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

struct Leak {
  Directory directory;
  std::string file = directory.write("leak.json", kLeak);
};

TEST_CASE(
    "random exploration finds the leak, and the printed command replays it to the same bytes") {
  const Leak leak;
  const std::string found = leak.directory.path("found.jsonl");
  const Result explored =
      fsweave("explore " + leak.file + " --case unfixed --strategy random --seed 7 " +
              "--runs 1000 --trace " + found);
  CHECK(explored.exit_code == 0);
  CHECK(contains(explored.out, "invariant qgroup-data-reservation: "));
  const std::string command = replay_command(explored.out);
  const std::string first = leak.directory.path("first.jsonl");
  const std::string second = leak.directory.path("second.jsonl");
  const Result replayed = fsweave(command + " --trace " + first);
  CHECK(replayed.exit_code == 0);
  CHECK(contains(replayed.out, "qgroup 0/5 has unreleased space, type 0 rsv 4096"));
  CHECK(fsweave(command + " --trace " + second).exit_code == 0);
  CHECK_FALSE(read(found).empty());
  CHECK(read(first) == read(found));
  CHECK(read(second) == read(found));
}

TEST_CASE("the same seed explores the same executions, another one does not") {
  const Leak leak;
  const std::string explore = "explore " + leak.file + " --case unfixed --runs 200 --seed ";
  const std::string seven = fsweave(explore + "7").out;
  CHECK(seven == fsweave(explore + "0x7").out);
  CHECK(seven != fsweave(explore + "8").out);
}

TEST_CASE("one execution of a search that samples is shown alone, and written to the same bytes") {
  const Leak leak;
  const std::string one =
      "explore " + leak.file + " --case unfixed --seed 7 --execution 12 --trace ";
  const std::string a = leak.directory.path("a.jsonl"), b = leak.directory.path("b.jsonl");
  const Result result = fsweave(one + a);
  CHECK((result.exit_code == 0));
  CHECK(contains(result.out, "shrinker"));
  CHECK(fsweave(one + b).exit_code == 0);
  CHECK(read(a) == read(b));
  CHECK(contains(read(a), "\"portfolio\""));
  CHECK(fsweave(replay_command(result.out)).exit_code == 0);
  CHECK(fsweave("replay " + a).exit_code == 0);
}

TEST_CASE("one execution says what it shows, and nothing of the others") {
  const Leak leak;
  const std::string explore = "explore " + leak.file + " --seed 7 --execution 12 --case ";
  const Result today = fsweave(explore + "today");
  CHECK(today.exit_code == 0);
  CHECK(contains(today.out, "\nthis execution alone: no finding (the case expects never)\n"));
  CHECK_FALSE(contains(today.out, "as expected"));
  for (const char* option : {"--runs 3", "--jobs 2", "--checkpoint a.search", "--resume",
                             "--checkpoint a.search --shard 1/2"}) {
    const Result refused = fsweave(explore + "today " + option);
    CAPTURE(refused.err);
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.err, "--execution runs one execution and no search: leave out --"));
    CHECK(refused.out.empty());
  }
}

TEST_CASE("a trace replaces no file that the command reads, and is tried before the search") {
  const Leak leak;
  const std::string explore = "explore " + leak.file + " --case unfixed --seed 7 --runs 50 ";
  const auto refused = [](const std::string& arguments, int exit_code, const std::string& why) {
    const Result result = fsweave(arguments);
    CAPTURE(result.err);
    CHECK(result.exit_code == exit_code);
    CHECK(contains(result.err, why));
    CHECK(result.out.empty());
  };
  refused(explore + "--trace " + leak.directory.path("./leak.json"), 2,
          "--trace would overwrite " + leak.file);
  const std::string kept = leak.directory.path("kept.search");
  refused(explore + "--checkpoint " + kept + " --trace " + kept, 2, "--trace would overwrite");
  refused(explore + "--checkpoint " + leak.file, 2, "--checkpoint would overwrite");
  refused(explore + "--trace " + leak.directory.path("no/such/place.jsonl"), 6,
          "could not be written");
  refused(explore + "--trace " + leak.directory.path(""), 6, "could not be written");
  refused("replay " + leak.file + " --case documented --trace " + leak.file, 2,
          "--trace would overwrite");
  refused("import fsstress " + leak.file + " -o " + leak.file, 2, "--output would overwrite");
  CHECK(read(leak.file) == kLeak);
  CHECK(read(kept).empty());
}

TEST_CASE("every strategy that samples finds the leak, and its command line says how") {
  const Leak leak;
  for (const char* strategy : {"random", "pct", "pos", "urw", "surw", "portfolio"}) {
    INFO(strategy);
    const Result result = fsweave("explore " + leak.file + " --case unfixed --seed 3 --runs 3000 " +
                                  "--strategy " + strategy);
    CHECK(result.exit_code == 0);
    CHECK(contains(result.out, std::string("search  ") + strategy + ", seed 3, all 3000 runs"));
    CHECK(contains(result.out, "invariant qgroup-data-reservation: "));
  }
}

TEST_CASE(
    "under a bound on preemptions never is within the bound, and what is found is sometimes") {
  const Leak leak;
  const std::string few = "explore " + leak.file + " --strategy exhaustive --case ";
  const Result today = fsweave(few + "today --preemptions 1");
  CHECK(today.exit_code == 0);
  CHECK(contains(today.out, "search  exhaustive, every execution within 1 preemption\n"));
  CHECK(contains(today.out, "\nnever within 1 preemption: none of "));
  const Result unfixed = fsweave(few + "unfixed --preemptions 1");
  CHECK(unfixed.exit_code == 0);
  CHECK(contains(unfixed.out, "\nsometimes: "));
  CHECK(contains(unfixed.out, " executions within 1 preemption show "));
  CHECK(fsweave(replay_command(unfixed.out)).exit_code == 0);

  const Result cut = fsweave(few + "today --preemptions 3 --memory 1");
  CHECK(cut.exit_code == 4);
  CHECK(contains(cut.out, "the search reached its limit of 1 MiB of memory"));
  CHECK(contains(last_line(cut.err), "to go on: --memory takes more MiB for each process"));
  CHECK(fsweave("explore " + leak.file + " --strategy random --preemptions 1").exit_code == 2);
}

TEST_CASE("a bound that leaves nothing out is named, and never is never") {
  const Leak leak;
  const Result result =
      fsweave("explore " + leak.file + " --case today --strategy exhaustive --preemptions 99");
  CHECK(result.exit_code == 0);
  CHECK(contains(result.out,
                 "search  exhaustive, to its end: its bound of 99 preemptions left nothing out\n"));
  CHECK(contains(result.out, "\nnever: none of "));
}

TEST_CASE("an exhaustive search says sometimes of the leak and never of its fix") {
  const Leak leak;
  const Result unfixed = fsweave("explore " + leak.file + " --case unfixed");
  CHECK(unfixed.exit_code == 0);
  CHECK(contains(unfixed.out, "\nsometimes: "));
  CHECK(contains(unfixed.out, "unreleased space, type 0 rsv 4096"));
  const Result today = fsweave("explore " + leak.file + " --case today");
  CHECK(today.exit_code == 0);
  CHECK(contains(today.out, "\nnever: none of "));
  CHECK(contains(today.out, "window  entered by another task"));
}

TEST_CASE("the reduced search and every interleaving agree on what is found") {
  const Leak leak;
  const Result reduced = fsweave("explore " + leak.file + " --case today --strategy exhaustive");
  CHECK(reduced.exit_code == 0);
  CHECK(contains(reduced.out, "one of each class"));
  const Result cut = fsweave("explore " + leak.file + " --case unfixed --strategy dfs --runs 50");
  CHECK(contains(cut.out, "ended early"));
}

TEST_CASE("a complete search that is cut is inconclusive") {
  const Leak leak;
  const Result result = fsweave("explore " + leak.file + " --case today --runs 2");
  CHECK(result.exit_code == 4);
  CHECK(contains(result.out, "incomplete"));
  CHECK(contains(result.out, "INCONCLUSIVE"));
}

TEST_CASE("a finding that nobody expects is code 1") {
  const Leak leak;
  const std::string file = leak.directory.write(
      "wrong.json",
      replaced(std::string(kLeak), R"("expect": { "sometimes": "qgroup-data-reservation" })",
               R"("expect": "never")"));
  const Result result = fsweave("explore " + file + " --case unfixed");
  CHECK(result.exit_code == 1);
  CHECK(contains(result.out, "DIFFERS, expected: never"));
}

TEST_CASE("a never whose window nobody entered is vacuous") {
  const Leak leak;
  const std::string file = leak.directory.write(
      "alone.json",
      replaced(replaced(std::string(kLeak), R"("flusher": ["writeback foo 0 4k"],)", ""),
               R"("schedule": [ { "run": "flusher", "until": "exit" },
                    { "run": "bio", "until": "exit" },)",
               R"("schedule": [)"));
  const Result result = fsweave("explore " + file + " --case today");
  CHECK(result.exit_code == 1);
  CHECK(contains(result.out, "vacuous"));
}

TEST_CASE("a bound that makes a never vacuous is not as expected") {
  const Directory directory;
  const Result result = fsweave("explore " + directory.write("leak.json", kLeak) +
                                " --case today --strategy exhaustive --preemptions 0");
  CHECK(result.exit_code == 4);
  CHECK(contains(result.out, "vacuous: none of"));
  CHECK_FALSE(contains(result.out, "as expected"));
}

TEST_CASE("what cannot be said on stderr changes no exit code") {
  CHECK(fsweave("explore nosuch.json", {}, "2> /dev/full").exit_code == 3);
  CHECK(fsweave("explore nosuch.json", {}, "2>&-").exit_code == 3);
}

TEST_CASE("a scenario without cases is explored by the portfolio on today's kernel") {
  const Leak leak;
  std::string text(kLeak);
  text = text.substr(0, text.find(",\n  \"cases\"")) + " }";
  const Result result =
      fsweave("explore " + leak.directory.write("bare.json", text) + " --runs 20");
  CHECK(result.exit_code == 0);
  CHECK(contains(result.out, "kernel  today"));
  CHECK(contains(result.out, "search  portfolio, seed 1, all 20 runs"));
  CHECK(contains(result.out, "counts  20 executions of "));
  CHECK(contains(result.out, " different traces; "));
  CHECK(contains(result.out, "unseen: none of 20 executions"));
}

TEST_CASE("options that do not go together are refused") {
  const Leak leak;
  CHECK(fsweave("explore " + leak.file + " --case today --strategy dfs --seed 3").exit_code == 2);
  CHECK(fsweave("explore " + leak.file + " --execution 3").exit_code == 2);
  CHECK(fsweave("explore " + leak.file + " --strategy exhaustiv").exit_code == 2);
}

TEST_CASE("a search without a finding has no witness to write") {
  const Leak leak;
  const std::string trace = leak.directory.path("none.jsonl");
  CHECK(fsweave("explore " + leak.file + " --case today --trace " + trace).exit_code == 4);
  CHECK(read(trace).empty());
}

}  // namespace

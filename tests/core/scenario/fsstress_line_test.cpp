#include "core/scenario/fsstress_line.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/fsstress_generator.hpp"

using namespace scenario;

namespace {

void check_generated_lines(std::uint64_t seed, std::uint64_t wanted) {
  support::FsstressGenerator generator(seed);
  std::uint64_t lines = 0;
  std::uint64_t operations = 0;
  std::vector<std::string> unparsed;
  while (lines < wanted) {
    for (const std::string& text : generator.next_call()) {
      ++lines;
      const FsstressLine line = parse_fsstress_line(text);
      operations += line.kind == FsstressKind::operation;
      if (line.kind == FsstressKind::unparsed)
        unparsed.push_back(std::to_string(lines) + ": " + text);
    }
  }
  INFO("seed " << seed << ", first: " << (unparsed.empty() ? "" : unparsed.front()));
  CHECK(unparsed.empty());
  CHECK(operations > lines / 2);
}

}  // namespace

TEST_CASE("a write line gives process, operation, state before and range") {
  const FsstressLine line =
      parse_fsstress_line("0/1: write d3/f0XX[259 1 2 3 64 627318] [600030,27288] 0");
  CHECK(line.kind == FsstressKind::operation);
  CHECK(line.proc == 0);
  CHECK(line.opno == 1);
  CHECK(line.name == "write");
  CHECK(line.file.path == "d3/f0XX");
  REQUIRE(line.file.before.has_value());
  CHECK(line.file.before->number == 259);
  CHECK(line.file.before->links == 1);
  CHECK(line.file.before->uid == 2);
  CHECK(line.file.before->gid == 3);
  CHECK(line.file.before->blocks == 64);
  CHECK(line.file.before->size == 627318);
  CHECK(line.offset == 600030);
  CHECK(line.length == 27288);
  CHECK(line.error == 0);
}

TEST_CASE("each production gives its operation's name and result") {
  struct Row {
    const char* text;
    const char* name;
    std::uint64_t offset;
    std::uint64_t length;
    std::int64_t error;
  };
  const Row rows[] = {
      {"1/2: read dontcache f1[-1 1 0 0 0 0] [0,5] 0", "read_dontcache", 0, 5, 0},
      {"1/2: uring_write f1 [8, 5(res=-11)] 11", "uring_write", 8, 5, 11},
      {"1/2: writev f1[1 1 0 0 0 0] [270351,99,501] 0", "writev", 270351, 49599, 0},
      {"1/2: mwrite f1[1 1 0 0 0 9] [4096,9,SHARED] Bus error", "mwrite", 4096, 9, -1},
      {"1/2: fallocate() f1[1 1 0 0 0 9] [1,2] 0", "fallocate", 1, 2, 0},
      {"1/2: fallocate(KEEP_SIZE|PUNCH_HOLE) f1[1 1 0 0 0 9] [1,2] 0", "punch", 1, 2, 0},
      {"1/2: fallocate(ZERO_RANGE) f1[1 1 0 0 0 9] [1,2] 95", "zero", 1, 2, 95},
      {"1/2: fallocate(COLLAPSE_RANGE) f1 [1,2] 22", "collapse", 1, 2, 22},
      {"1/2: fallocate(INSERT_RANGE) f1 [1,2] 22", "insert", 1, 2, 22},
      {"1/2: fallocate(UNSHARE_RANGE) f1 [1,2] 22", "unshare", 1, 2, 22},
      {"1/2: xfsctl(XFS_IOC_UNRESVSP64) f1 [1,2] 25", "unresvsp", 1, 2, 25},
      {"1/2: ioctl(FIEMAP) f1 [1,18446744073709551615,0x10000] -1", "fiemap", 1,
       18446744073709551615u, -1},
      {"1/2: truncate f1[1 1 0 0 0 9] 77 0", "truncate", 0, 77, 0},
      {"1/2: fsync . 0", "fsync", 0, 0, 0},
      {"1/2: syncfs 5", "sync", 0, 0, 5},
      {"1/2: sync", "sync", 0, 0, 0},
      {"1/2: splice f1 [1,2] -> f2 [3,4] 0 asked for 5, spliced 4??", "splice", 1, 2, 0},
      {"1/2: clonerange f1 [1,2] -> f2 [3,4] error 95", "clonerange", 1, 2, 95},
      {"1/2: snapshot s1->s2 19(Could not open)", "snapshot", 0, 0, 19},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const FsstressLine line = parse_fsstress_line(row.text);
    CHECK(line.kind == FsstressKind::operation);
    CHECK(line.proc == 1);
    CHECK(line.opno == 2);
    CHECK(line.name == row.name);
    CHECK(line.offset == row.offset);
    CHECK(line.length == row.length);
    CHECK(line.error == row.error);
  }
}

TEST_CASE("notes, details and banners are told from operations") {
  const auto kind = [](std::string_view text) { return parse_fsstress_line(text).kind; };
  CHECK(kind("0/3: clonerange read - no filename") == FsstressKind::note);
  CHECK(
      kind("0/4: dwrite - xfsctl(XFS_IOC_DIOINFO) f0[1 1 0 0 0 0] return 25, fallback to stat()") ==
      FsstressKind::note);
  CHECK(kind("0/21: listfattr f3 - has no extended attributes") == FsstressKind::note);
  CHECK(kind("0/2: rename(REXCHANGE) d1 and d1/d2 have ancestor-descendant relationship") ==
        FsstressKind::note);
  CHECK(kind("0/5: symlink add id=0,parent=-1") == FsstressKind::detail);
  CHECK(kind("0/5: unlink del entry: id=0,parent=5") == FsstressKind::detail);
  CHECK(kind("0/5: ...to f1[1 1 0 0 0 0] [0,4096] 4096 bytes deduplicated") ==
        FsstressKind::detail);
  CHECK(kind("seed = 12345") == FsstressKind::banner);
  CHECK(kind("3: execute command rm x") == FsstressKind::banner);
  CHECK(kind("Injecting failure on tag #4") == FsstressKind::banner);
  CHECK(kind("io_uring isn't supported by kernel") == FsstressKind::banner);
  CHECK(kind("") == FsstressKind::blank);
  CHECK(kind("0/2: sync\r") == FsstressKind::operation);
}

TEST_CASE("what is near the grammar but outside is not taken for a line") {
  for (const char* text : {"0/1: write f0[1 1 0 0 0 0] [0,10] 0 ",
                           "0/1: write f0[1 1 0 0 0] [0,10] 0",
                           "0/1: write f0 [1 1 0 0 0 0] [0,10] 0",
                           "0/1: write f0[1 1 0 0 0 0] [0, 10] 0",
                           "0/1: write f0[1 1 0 0 0 0] [-1,10] 0",
                           "0/1: write f0[1 1 0 0 0 0] [0,10]",
                           "0/1: write q0[1 1 0 0 0 0] [0,10] 0",
                           "0/1: write fg[1 1 0 0 0 0] [0,10] 0",
                           "0/1: write f0[1 1 0 0 0 0] [9223372036854775808,10] 0",
                           "0/1:write f0 [0,10] 0",
                           "-1/1: sync",
                           "0/1: syncx",
                           "0/1: frobnicate f0 0",
                           "0/1: ",
                           "4294967296/1: sync",
                           "a line of prose",
                           "0/1: mwrite f0 [0,1,SHARED] Bus errors",
                           "0/1: write f0 [0,10] 99999999999999999999",
                           "0/1: sync\x1b",
                           "0/1: rename() f0 to f1"}) {
    CAPTURE(text);
    CHECK(parse_fsstress_line(text).kind == FsstressKind::unparsed);
  }
  CHECK(parse_fsstress_line("0/1: write - " + std::string(5000, 'x')).kind ==
        FsstressKind::unparsed);
}

TEST_CASE("lines made from the table of productions all parse") { check_generated_lines(1, 2'000); }

TEST_SUITE("long") {
  TEST_CASE("a hundred thousand lines made from the table of productions all parse") {
    for (std::uint64_t seed = 2; seed <= 11; ++seed) check_generated_lines(seed, 10'000);
  }
}

TEST_CASE("a damaged line never brings the parser down") {
  support::FsstressGenerator generator(7);
  std::uint64_t changed = 0;
  for (int call = 0; call < 100; ++call) {
    for (const std::string& text : generator.next_call()) {
      for (std::size_t i = 0; i < text.size(); ++i) {
        std::string flipped = text;
        flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
        changed += parse_fsstress_line(flipped).kind == FsstressKind::unparsed;
        parse_fsstress_line(std::string_view(text).substr(0, i));
        parse_fsstress_line(std::string_view(text).substr(i));
      }
    }
  }
  CHECK(changed > 0);
}

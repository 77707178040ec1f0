#include "core/scenario/command.hpp"

#include <doctest/doctest.h>

#include "core/scenario/operation.hpp"

using namespace scenario;

namespace {

Command parse(std::string_view text) { return parse_command({"f", text, {1, 1}, true}); }

std::string error_of(std::string_view text) {
  try {
    parse_operation({"f", text, {1, 1}, true});
  } catch (const InputError& error) {
    return to_string(error);
  }
  return "";
}

}  // namespace

TEST_CASE("commands of xfs_io become typed operations") {
  const Command open = parse("open -f -d -t foo");
  CHECK(open.verb == Verb::open);
  CHECK(open.file == "foo");
  CHECK(open.create);
  CHECK(open.direct);
  CHECK(open.truncate);
  const Command write = parse("pwrite 600030 27288");
  CHECK(write.verb == Verb::pwrite);
  CHECK(write.file.empty());
  CHECK(write.offset == 600030);
  CHECK(write.length == 27288);
  CHECK_FALSE(write.direct);
  const Command direct = parse("p0/f0: pwrite -d 596k 104k");
  CHECK(direct.file == "p0/f0");
  CHECK(direct.direct);
  CHECK(direct.offset == 610304);
  CHECK(direct.length == 106496);
  const Command falloc = parse("falloc -k 0 1m");
  CHECK(falloc.keep_size);
  CHECK(falloc.length == 1u << 20);
  CHECK(parse("truncate 16k").length == 16384);
  CHECK(parse("limit 0x100000").length == 1u << 20);
  CHECK(parse("open -fdt foo").truncate);
}

TEST_CASE("writeback, reclaim, evict and chattr may name their file") {
  const Command all = parse("writeback foo");
  CHECK(all.file == "foo");
  CHECK(all.offset == 0);
  CHECK(all.length == kToEndOfFile);
  const Command part = parse("reclaim foo 4k 8k");
  CHECK(part.file == "foo");
  CHECK(part.offset == 4096);
  CHECK(part.length == 8192);
  CHECK(parse("writeback").length == kToEndOfFile);
  CHECK(parse("writeback 0 4k").file.empty());
  CHECK(parse("foo: writeback 0 4k").file == "foo");
  CHECK(parse("chattr +C foo").file == "foo");
  CHECK(parse("chattr +C").file.empty());
  CHECK(parse("evict foo").file == "foo");
}

TEST_CASE("every verb is read from its synopsis and its canonical spelling reads back as itself") {
  for (const Verb verb : all_verbs()) {
    std::string text;
    for (const char c : synopsis(verb)) {
      if (c != '[' && c != ']') text += c;
    }
    for (const auto& [word, value] :
         {std::pair{"FILE", "d/foo"}, {"OFF", "4k"}, {"LEN", "12345"}, {"SIZE", "1m"}}) {
      if (const auto at = text.find(word); at != std::string::npos)
        text.replace(at, std::string(word).size(), value);
    }
    CAPTURE(text);
    const Command command = parse(text);
    CHECK(command.verb == verb);
    const Command again = parse(to_string(command));
    CHECK(to_string(again) == to_string(command));
    CHECK(again.verb == command.verb);
    CHECK(again.file == command.file);
    CHECK(again.offset == command.offset);
    CHECK(again.length == command.length);
    CHECK(again.create == command.create);
    CHECK(again.truncate == command.truncate);
    CHECK(again.direct == command.direct);
    CHECK(again.keep_size == command.keep_size);
  }
}

TEST_CASE("a wrong command is refused at the wrong word, with what to write") {
  CHECK(error_of("pwrit 0 4k") == "f:1:1: unknown command 'pwrit' (did you mean 'pwrite'?)");
  CHECK(error_of("dwrite 0 4k") == "f:1:1: unknown command 'dwrite' (write pwrite -d OFF LEN)");
  CHECK(error_of("foo: fallocate 0 4k") ==
        "f:1:6: unknown command 'fallocate' (write falloc OFF LEN)");
  CHECK(error_of("pwrite -x 0 4k") == "f:1:8: 'pwrite' has no flag -x (write pwrite [-d] OFF LEN)");
  CHECK(error_of("pwrite 0 4x") ==
        "f:1:10: '4x' is no length (bytes, or with a suffix k, m or g: 4096, 0x1000, 4k)");
  CHECK(error_of("pwrite 1.5k 4k") ==
        "f:1:8: '1.5k' is no offset (bytes, or with a suffix k, m or g: 4096, 0x1000, 4k)");
  CHECK(error_of("pwrite 0") == "f:1:9: 'pwrite' needs length (write pwrite [-d] OFF LEN)");
  CHECK(error_of("fsync foo") == "f:1:7: 'foo' is more than 'fsync' takes (write fsync)");
  CHECK(error_of("open") == "f:1:5: 'open' needs a file (write open [-f] [-d] [-t] FILE)");
  CHECK(error_of("foo: sync") == "f:1:1: 'sync' takes no file in front of it (write sync)");
  CHECK(error_of("foo: open bar") ==
        "f:1:1: 'open' takes no file in front of it (write open [-f] [-d] [-t] FILE)");
  CHECK(error_of("foo: evict bar") == "f:1:12: the file is named twice (write evict [FILE])");
  CHECK(error_of("chattr -C foo") == "f:1:8: 'chattr' has no flag -C (write chattr +C [FILE])");
  CHECK(error_of("chattr +c foo") ==
        "f:1:8: only the attribute +C is modelled (write chattr +C [FILE])");
  CHECK(error_of("") ==
        "f:1:1: the operation is empty (write a command, for instance pwrite 0 4k)");
  CHECK(
      error_of("pwrite 9223372036854775807 1").rfind("f:1:28: the range ends beyond 2^63 - 1", 0) ==
      0);
  CHECK(error_of("pwrite 0 1g") == "");
  CHECK(error_of("pwrite 4k 1048577k") ==
        "f:1:11: a range of more than 1g is not modelled (use a smaller length)");
  CHECK(error_of("writeback foo 0 2g") == "");
  CHECK(error_of("pwrite 16383g 1g") == "");
  CHECK(error_of("pread 16384g 4k").rfind("f:1:14: the range ends beyond the largest file", 0) ==
        0);
  CHECK(error_of("truncate 16384g") == "");
  CHECK(error_of("limit 0") ==
        "f:1:7: a limit of 0 is not modelled (use a size from 1; to have none, a large one)");
  CHECK(error_of("truncate 16385g").rfind("f:1:10: the file would be larger than", 0) == 0);
  for (const char* name : {"../x", "a//b", "a/.", "1x", "-x", "a:b", "\xC3\xA9"}) {
    CAPTURE(name);
    CHECK_FALSE(is_file_name(name));
    CHECK(error_of(std::string("open ") + name) != "");
  }
}

TEST_CASE("a line of fsstress stands for the calls that it tells of") {
  const auto read = [](std::string_view text) {
    return parse_operation({"f", text, {1, 1}, true});
  };
  const Operation direct = read("0/4: dwrite f0[259 1 0 0 64 627318] [610304,106496] 0");
  REQUIRE(direct.commands.size() == 1);
  CHECK(direct.proc == 0u);
  CHECK(to_string(direct.commands[0]) == "p0/f0: pwrite -d 596k 104k");
  CHECK(to_string(read("  17/1: write f0[259 1 0 0 0 0] [600030,27288] 0 ").commands.at(0)) ==
        "p11/f0: pwrite 600030 27288");
  CHECK(to_string(read("0/0: creat f0 x:0 0 0").commands.at(0)) == "open -f p0/f0");
  CHECK(read("0/0: creat add id=0,parent=-1").commands.empty());
  CHECK(read("0/4: dwrite - xfsctl(XFS_IOC_DIOINFO) f0[259 1 0 0 64 627318] return 25, fallback to "
             "stat()")
            .commands.empty());
  CHECK(read("0/8: fallocate(KEEP_SIZE|INSERT_RANGE) f2[1 1 0 0 0 0] [1043244,353342] 95")
            .commands.empty());
  const Operation mapped = read("0/9: mwrite f0[259 1 0 0 64 627318] [4096,100,SHARED] 0");
  REQUIRE(mapped.commands.size() == 3);
  CHECK(to_string(mapped.commands[0]) == "p0/f0: mmap 4k 100");
  CHECK(to_string(mapped.commands[1]) == "p0/f0: mwrite 4k 100");
  CHECK(to_string(mapped.commands[2]) == "p0/f0: munmap");
  CHECK(to_string(read("0/9: mwrite f0 [4096,100,PRIVATE] 0").commands.at(1)) ==
        "p0/f0: mread 4k 100");
  CHECK(error_of("0/7: rename() f0 to f1 0") ==
        "f:1:6: 'rename' is not modelled (leave the line out)");
  CHECK(error_of("0/1: write f0 [0,4096 0")
            .rfind("f:1:6: this is no line of an fsstress -v log", 0) == 0);
}

#include "core/scenario/names.hpp"

#include <doctest/doctest.h>

#include "core/scenario/input_error.hpp"
#include "core/scenario/size.hpp"

using namespace scenario;

TEST_CASE("edit distance counts insertions, deletions, replacements and swaps") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("falloc", "fallco") == 1);
  CHECK(edit_distance("pwrite", "write") == 1);
  CHECK(edit_distance("ca", "abc") == 3);
}

TEST_CASE("a slip finds its name, something else finds none") {
  const std::vector<std::string_view> names = {"pwrite", "pread", "truncate"};
  CHECK(nearest_name("pwrit", names) == "pwrite");
  CHECK(nearest_name("truncat", names) == "truncate");
  CHECK(nearest_name("unlink", names).empty());
  CHECK(nearest_name(std::string(100'000, 'p'), names).empty());
  CHECK(did_you_mean("pwrit", names) == "did you mean 'pwrite'?");
  CHECK(did_you_mean("unlink", names) == "known: pwrite, pread, truncate");
  CHECK(did_you_mean("x", {}).empty());
}

TEST_CASE("sizes are read as xfs_io reads them") {
  CHECK(parse_size("0") == 0u);
  CHECK(parse_size("4096") == 4096u);
  CHECK(parse_size("4k") == 4096u);
  CHECK(parse_size("4K") == 4096u);
  CHECK(parse_size("0x1000") == 4096u);
  CHECK(parse_size("3m") == 3u * 1024 * 1024);
  CHECK(parse_size("1g") == 1u << 30);
  CHECK(parse_size("9223372036854775807") == 9223372036854775807u);
  for (const char* bad : {"", "k", "-1", "+1", "4kk", "4.5k", "1e3", " 4", "4 ", "0x", "0xg", "4t",
                          "9223372036854775808", "99999999999999999999", "9007199254740992k"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_size(bad).has_value());
  }
}

TEST_CASE("sizes are written in their shortest spelling") {
  CHECK(format_size(0) == "0");
  CHECK(format_size(4095) == "4095");
  CHECK(format_size(610304) == "596k");
  CHECK(format_size(1u << 30) == "1g");
}

TEST_CASE("what is quoted from input cannot act on the terminal") {
  CHECK(printable("plain") == "plain");
  CHECK(printable("a\x1b[31mb") == "a\\x1b[31mb");
  CHECK(printable(std::string_view("a\0b\n", 4)) == "a\\x00b\\x0a");
  CHECK(printable("\xE2\x80\xAE") == "\\xe2\\x80\\xae");
  CHECK(printable("\xC2\x9B") == "\\xc2\\x9b");
  CHECK(printable("caf\xC3\xA9") == "caf\xC3\xA9");
  CHECK(printable("\xC3(") == "\\xc3(");
  CHECK(printable(std::string(1000, 'x'), 10) == "xxxxxxxxxx...");
}

TEST_CASE("an input error names file, line, column, what is wrong and what to do") {
  const InputError error("a\nb.json", {3, 7}, "unknown key 'x'", "did you mean 'y'?");
  CHECK(to_string(error) == "a\\x0ab.json:3:7: unknown key 'x' (did you mean 'y'?)");
  CHECK(to_string(InputError("f", {}, "is empty")) == "f: is empty");
}

TEST_CASE("UTF-8 is checked as strictly as RFC 3629 asks") {
  CHECK(utf8_length("a") == 1);
  CHECK(utf8_length("\xC3\xA9") == 2);
  CHECK(utf8_length("\xE2\x82\xAC") == 3);
  CHECK(utf8_length("\xF0\x9F\x98\x80") == 4);
  for (const char* bad : {"", "\x80", "\xC0\xAF", "\xC3", "\xE0\x80\xAF", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xFF"}) {
    CHECK(utf8_length(bad) == 0);
  }
}

#include "core/scenario/json_reader.hpp"

#include <doctest/doctest.h>

using namespace scenario;

namespace {

/// The error of a text, or "" where it is read.
std::string error_of(const std::string& text) {
  try {
    read_json(text, "f");
  } catch (const InputError& error) {
    return to_string(error);
  }
  return "";
}

bool starts_with(const std::string& text, const std::string& head) {
  return text.rfind(head, 0) == 0;
}

std::string repeat(const std::string& piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

}  // namespace

TEST_CASE("every value and key knows its line and column") {
  const JsonDocument document = read_json(
      "// head, with \"quotes\" and { brackets\n"
      "{ \"a\": 1, /* , : */ \"b\" : [ true,\n"
      "   { \"c\\\"\": \"x\" } ],\n"
      "  \"\xC3\xA9\": \"y\", \"d\": -5 }\n",
      "f");
  const JsonView root = document.root();
  CHECK(root.position().line == 2);
  CHECK(root.position().column == 1);
  const auto members = root.members();
  REQUIRE(members.size() == 4);
  CHECK(members[0].second.key_position().column == 3);
  CHECK(members[0].second.position().column == 8);
  CHECK(members[0].second.unsigned_integer() == 1);
  const auto list = members[1].second.elements();
  REQUIRE(list.size() == 2);
  CHECK(members[1].second.key_position().column == 21);
  CHECK(members[1].second.position().column == 27);
  CHECK(list[0].boolean());
  CHECK(list[1].position().line == 3);
  CHECK(list[1].position().column == 4);
  const auto inner = list[1].members();
  REQUIRE(inner.size() == 1);
  CHECK(inner[0].first == "c\"");
  CHECK(inner[0].second.position().column == 13);
  // Columns count characters: the accent is one.
  CHECK(members[2].second.position().line == 4);
  CHECK(members[2].second.position().column == 8);
  CHECK(members[3].second.position().column == 18);
}

TEST_CASE("a place inside a string is exact unless escapes hide it") {
  const JsonDocument document = read_json("[\"pwrite 0 4k\",\n \"a\\u0020b\"]", "f");
  const auto list = document.root().elements();
  REQUIRE(list.size() == 2);
  const PlacedText plain = list[0].placed_string();
  CHECK(plain.text == "pwrite 0 4k");
  CHECK(plain.at(7).column == 10);
  const PlacedText escaped = list[1].placed_string();
  CHECK(escaped.text == "a b");
  CHECK(escaped.at(2).line == 2);
  CHECK(escaped.at(2).column == 2);
}

TEST_CASE("hazards of JSON are refused with their place") {
  CHECK(error_of("{\"a\":1,\"b\":2,\n \"a\":3}") ==
        "f:2:2: the key 'a' stands here for the second time (keep one of the two)");
  CHECK(error_of("[1.5]") == "f:1:2: the number 1.5 is no integer (write whole numbers only)");
  CHECK(error_of("[1, 1e3]") == "f:1:5: the number 1e3 is no integer (write whole numbers only)");
  CHECK(error_of("[18446744073709551616]") ==
        "f:1:2: the integer 18446744073709551616 does not fit into 64 bits");
  CHECK(error_of("[-9223372036854775809]") ==
        "f:1:2: the integer -9223372036854775809 does not fit into 64 bits");
  CHECK(error_of("[18446744073709551615, -9223372036854775808]") == "");
  CHECK(error_of("[1,]") ==
        "f:1:4: a comma without anything behind it (remove the comma in front of this bracket)");
  CHECK(error_of("{'a':1}") ==
        "f:1:2: not valid JSON: a single quote (strings stand in double quotes)");
  CHECK(error_of("{} {}") == "f:1:4: something stands behind the end of the document");
  CHECK(error_of("{}\n]") == "f:2:1: something stands behind the end of the document");
  CHECK(error_of("") == "f:1:1: the file holds no JSON (begin with { \"fsweave\": 1)");
  CHECK(error_of("// only a comment") ==
        "f:1:1: the file holds no JSON (begin with { \"fsweave\": 1)");
  CHECK(starts_with(error_of("[\n  bogus]"), "f:2:3: not valid JSON: "));
  CHECK(starts_with(error_of("{\"a\" 1}"), "f:1:6: not valid JSON: "));
  CHECK(starts_with(error_of("[\"abc"), "f:1:2: not valid JSON: "));
  CHECK(starts_with(error_of("[1, 2"), "f:1:"));
  CHECK(starts_with(error_of("[1 /* never closed"), "f:1:"));
  CHECK(starts_with(error_of("[nan]"), "f:1:2: not valid JSON: "));
}

TEST_CASE("control characters and broken UTF-8 are refused wherever they stand") {
  CHECK(error_of("[\"a\\u001bb\"]") == "f:1:2: a control character (0x1b) in a string");
  CHECK(error_of("[\"a\\u0000b\"]") == "f:1:2: a control character (0x00) in a string");
  CHECK(error_of("[\"a\\nb\"]") == "f:1:2: a control character (0x0a) in a string");
  CHECK(error_of("{\"\\u007f\": 1}") == "f:1:2: a control character (0x7f) in a string");
  CHECK(error_of("[\"a\x1b\"]") == "f:1:4: a control character (0x1b) (remove it)");
  CHECK(error_of("// \x01\n[]") == "f:1:4: a control character (0x01) (remove it)");
  CHECK(error_of(std::string("[1]\0", 4)) == "f:1:4: a control character (0x00) (remove it)");
  CHECK(error_of("[\"\xFF\"]") == "f:1:3: broken UTF-8 (save the file as UTF-8)");
  CHECK(starts_with(error_of("[\"\\ud800\"]"), "f:1:2: not valid JSON: "));
}

TEST_CASE("size, depth and counts are bounded") {
  CHECK(error_of(repeat("[", 64) + repeat("]", 64)) == "");
  CHECK(error_of(repeat("[", 65) + repeat("]", 65)) == "f:1:65: nested deeper than 64 levels");
  CHECK(error_of(repeat("{\"a\":", 1'000'000)) == "f:1:321: nested deeper than 64 levels");
  CHECK(error_of(std::string((16u << 20) + 1, ' ')) == "f: is larger than 16 MiB");
  CHECK(error_of("[\"" + std::string(4096, 'a') + "\"]") == "");
  CHECK(error_of("[\"" + std::string(4097, 'a') + "\"]") ==
        "f:1:2: a string of 4097 bytes; 4096 is the most");
  std::string keys = "{";
  for (int i = 0; i < 257; ++i) keys += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
  CHECK(error_of(keys + "}").find("more than 256 keys in one object") != std::string::npos);
  CHECK(error_of("[" + repeat("0,", 2'000'000) + "0]").find("more than 2000000 values") !=
        std::string::npos);
}

TEST_CASE("a byte order mark and carriage returns are read") {
  CHECK(error_of("\xEF\xBB\xBF{\r\n \"a\": 1 // x\r\n}\r\n") == "");
  CHECK(starts_with(error_of("\xEF\xBB\xBF{\r\n 5}"), "f:2:2: "));
}

TEST_CASE("accessors name the type that they expect") {
  const JsonDocument document = read_json("{\"a\": [1, \"x\", -1]}", "f");
  const JsonView list = *document.root().find("a");
  CHECK_THROWS_WITH(list.string(), "f:1:7: a string is expected here");
  CHECK_THROWS_WITH(list.elements()[1].unsigned_integer(),
                    "f:1:11: an integer from 0 is expected here");
  CHECK_THROWS_WITH(list.elements()[2].unsigned_integer(),
                    "f:1:16: an integer from 0 is expected here");
  CHECK_THROWS_WITH(list.boolean(), "f:1:7: true or false is expected here");
  CHECK_THROWS_WITH(list.members(), "f:1:7: an object is expected here");
  CHECK_FALSE(list.find("a").has_value());
  CHECK(list.at(1)->string() == "x");
  CHECK_FALSE(list.at(3).has_value());
}

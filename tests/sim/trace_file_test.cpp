#include "sim/trace_file.hpp"

#include <xxhash.h>

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/random.hpp"
#include "sim/strategies/random_walk.hpp"
#include "sim/strategies/replay.hpp"
#include "sim/text.hpp"
#include "tests/sim/small_models.hpp"

using namespace sim;

namespace {

TraceAbout about() {
  return {"scenarios/x.json",
          "00ff",
          "fix=variant",
          "random",
          0xfedcba9876543210U,
          "a \"case\"",
          {{"version", "1"}, {"note", "\x1b[31m\xff, ::error::, \xe2\x80\xae"}}};
}

TraceFile recorded(std::uint64_t seed) {
  small_models::Bios model;
  ExecutionOptions options;
  options.narrate = true;
  options.watched =
      Window{"writer", find_label("submit:all_submitted"), find_label("end_bio:checked")};
  Execution execution(options);
  RandomWalk walk({seed, 0, 1});
  execution.run(model, walk);
  return trace_of(execution, about());
}

std::string lost_update_text() {
  small_models::LostUpdate model;
  ExecutionOptions options;
  options.narrate = true;
  Execution execution(options);
  ReplayStrategy replay(recording_of(std::get<Schedule>(parse_schedule("left right*2 left"))));
  execution.run(model, replay);
  REQUIRE(!replay.divergence());
  return trace_text(execution, {"s", "d", "f", "directed", {}, "documented", {}});
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t feed = text.find('\n', at);
    lines.push_back(text.substr(at, feed - at));
    at = feed == std::string::npos ? text.size() : feed + 1;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TraceError refused(const std::string& text) {
  auto result = parse_trace(text, "t.jsonl");
  REQUIRE(std::holds_alternative<TraceError>(result));
  return std::get<TraceError>(result);
}

TraceFile read(const std::string& text) {
  auto result = parse_trace(text, "t.jsonl");
  if (const auto* error = std::get_if<TraceError>(&result)) {
    INFO(error->sentence());
    REQUIRE(false);
  }
  return std::get<TraceFile>(result);
}

/// What somebody does who knows the format: the checks and the digest are computed anew.
std::string with_new_checks(std::vector<std::string> lines) {
  std::string text;
  for (std::string& line : lines) {
    line.resize(line.size() - 28);
    if (const std::size_t digest = line.find(",\"digest\":\""); digest != std::string::npos) {
      const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
      char digits[33];
      std::snprintf(digits, sizeof digits, "%016llx%016llx",
                    static_cast<unsigned long long>(hash.high64),
                    static_cast<unsigned long long>(hash.low64));
      line.replace(digest + 11, 32, digits);
    }
    text += line;
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx",
                  static_cast<unsigned long long>(XXH3_64bits(text.data(), text.size())));
    text += ",\"check\":\"" + std::string(digits) + "\"}\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a trace file is one line for each step between a header and a footer, in fixed order") {
  const std::vector<std::string> lines = lines_of(lost_update_text());
  REQUIRE(lines.size() == 6);
  const auto without_check = [](const std::string& line) {
    return line.substr(0, line.size() - 28);
  };
  CHECK(without_check(lines[0]) ==
        R"({"format":"fsweave-trace","version":1,"scenario":"s","scenario_digest":"d","fixes":"f",)"
        R"("strategy":"directed","case":"documented","options":{"max_steps":100000,"narrate":true,)"
        R"("detect_races":true,"explore_teardown":false},"about":{},"counters":["value"])");
  CHECK(without_check(lines[1]) ==
        R"({"step":0,"phase":"explored","task":"left","enabled":["left","right"],)"
        R"("operation":{"kind":"read","access":"read","object":"file:value"},)"
        R"("label":"add_one:value_read")");
  CHECK(without_check(lines[3]) ==
        R"({"step":2,"phase":"explored","task":"right","enabled":["left","right"],)"
        R"("operation":{"kind":"write","access":"write","object":"file:value","value":1},)"
        R"("label":"add_one:value_written","counters":{"value":1})");
  CHECK(lines[5].starts_with(
      R"({"ending":"quiescent","findings":[{"kind":"wrong-data","name":"value",)"
      R"("text":"an update of value was lost","step":3}],)"
      R"("steps":4,"tasks":2,"final_state":"0x1","digest":")"));
}

TEST_CASE("a trace that is read back is the trace that was written") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    TraceFile trace = recorded(seed);
    const std::string text = trace_text(trace);
    CHECK(std::all_of(text.begin(), text.end(),
                      [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }));
    const TraceFile back = read(text);
    CHECK(back.digest.size() == 32);
    CHECK(back.about.seed == trace.about.seed);
    trace.digest = back.digest;
    trace.about.more = back.about.more;  // a byte that is no UTF-8 is replaced
    CHECK(back == trace);
    CHECK(trace_text(back) == text);
  }
}

TEST_CASE(
    "the checks are XXH3 of what stands before, the digest that of all lines before the last") {
  const std::string text = lost_update_text();
  CHECK(with_new_checks(lines_of(text)) == text);
}

TEST_CASE("replaying a trace that was read back gives the same bytes") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::string text = trace_text(recorded(seed));
    const TraceFile trace = read(text);
    small_models::Bios model;
    ExecutionOptions options;
    options.narrate = trace.options.narrate;
    options.watched = Window{trace.options.watched->task, find_label(trace.options.watched->from),
                             find_label(trace.options.watched->to)};
    Execution execution(options);
    ReplayStrategy replay(recording_of(trace));
    execution.run(model, replay);
    CHECK(!replay.divergence());
    CHECK(trace_text(execution, trace.about) == text);
  }
}

TEST_CASE("every changed byte of every line is refused with the line") {
  const std::string text = lost_update_text();
  // Whatever a byte is, it becomes each of these: digit, letter, JSON's own characters, control,
  // beyond ASCII.
  const std::string replacements{"0aZ\"\\{}[],: \t\r\x01\x7f\x80\xff\0", 20};
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : replacements) {
      if (text[at] == c) continue;
      std::string changed = text;
      changed[at] = c;
      const TraceError error = refused(changed);
      REQUIRE(error.line == line);
      REQUIRE(!error.text.empty());
    }
    if (text[at] == '\n') ++line;
  }
}

TEST_CASE("every bit that flips is refused with the line, also one that makes a line of two") {
  const std::string text = lost_update_text();
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      REQUIRE(refused(changed).line == line);
    }
    if (text[at] == '\n') ++line;
  }
}

TEST_CASE("a trace cut at any byte is refused with the line at which it ends") {
  const std::string text = lost_update_text();
  CHECK(refused("").text == "the file is empty");
  for (std::size_t size = 1; size < text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    const auto feeds = static_cast<std::size_t>(std::count(cut.begin(), cut.end(), '\n'));
    const TraceError error = refused(cut);
    REQUIRE(error.line == feeds + 1);
  }
  CHECK(refused(text.substr(0, text.size() - 1)).text ==
        "the file ends inside this line: the trace is cut");
  const std::size_t footer = text.rfind('\n', text.size() - 2) + 1;
  CHECK(refused(text.substr(0, footer)).sentence() ==
        "t.jsonl:6: the file ends before the last line of the trace: it is cut");
}

TEST_CASE("a line that is left out, said twice, added or exchanged is refused with its place") {
  const std::vector<std::string> lines = lines_of(lost_update_text());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto edited = lines;
    edited.erase(edited.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(refused(joined(edited)).line == i + 1);
    for (const std::string& extra :
         {lines[i], std::string(), std::string("{}"), std::string("# x"), lines[1]}) {
      for (const std::size_t at : {i, i + 1}) {
        edited = lines;
        edited.insert(edited.begin() + static_cast<std::ptrdiff_t>(at), extra);
        const bool harmless = at < lines.size() && extra == lines[at];
        CHECK(refused(joined(edited)).line == (harmless ? at + 2 : at + 1));
      }
    }
    if (i + 1 == lines.size()) continue;
    edited = lines;
    std::swap(edited[i], edited[i + 1]);
    CHECK(refused(joined(edited)).line == i + 1);
  }
  auto missing = lines;
  missing.erase(missing.begin() + 2);
  CHECK(refused(joined(missing)).sentence() ==
        "t.jsonl:3: step 1 should stand here: lines were cut, added or exchanged, or this line was "
        "changed");
}

TEST_CASE("lines of another trace do not fit") {
  const std::vector<std::string> one = lines_of(trace_text(recorded(1)));
  const std::vector<std::string> two = lines_of(trace_text(recorded(2)));
  std::size_t common = 0;
  while (one[common] == two[common]) ++common;
  for (std::size_t i = common; i < std::min(one.size(), two.size()); ++i) {
    auto mixed = one;
    mixed[i] = two[i];
    // The first line that differs is a true continuation of what both share: the next one is not.
    CHECK(refused(joined(mixed)).line == (i == common ? i + 2 : i + 1));
  }
}

TEST_CASE("files that are something else, and other versions, are told apart") {
  CHECK(refused("hello\n").sentence() == "t.jsonl:1: this is no fsweave trace");
  CHECK(refused("{\"fsweave\": 1}\n").text == "this is no fsweave trace");
  CHECK(refused("\xef\xbb\xbf" + lost_update_text()).text == "this is no fsweave trace");
  std::string other = lost_update_text();
  other.replace(other.find("\"version\":1"), 11, "\"version\":2");
  CHECK(refused(other).text == "this trace is of format version 2; this program reads version 1");
  CHECK(std::get<TraceError>(parse_trace("x", "a\nb")).sentence().starts_with("a\\x0ab:1: "));
}

TEST_CASE("whoever computes the checks anew still has to write what a trace holds") {
  const std::vector<std::string> lines = lines_of(lost_update_text());
  const auto edited = [&](std::size_t line, const std::string& from, const std::string& to) {
    auto copy = lines;
    const std::size_t at = copy[line].find(from);
    REQUIRE(at != std::string::npos);
    copy[line].replace(at, from.size(), to);
    return refused(with_new_checks(copy));
  };
  CHECK(edited(1, "\"step\":0", "\"step\":1").line == 2);
  CHECK(edited(1, "\"step\":0", "\"step\":0.0").line == 2);
  CHECK(edited(1, "\"step\":0", "\"step\":-0").line == 2);
  CHECK(edited(1, "\"step\":0", "\"step\": 0").text ==
        "this line is not written as fsweave writes it");
  CHECK(edited(1, "\"explored\"", "\"middle\"").text.find("phase") != std::string::npos);
  CHECK(edited(1, "\"task\":\"left\"", "\"task\":7").text.find("task") != std::string::npos);
  CHECK(edited(1, "\"task\":\"left\",", "").text.find("\"task\" is missing") != std::string::npos);
  CHECK(edited(1, "\"task\":\"left\"", "\"task\":\"left\",\"task\":\"left\"").line == 2);
  CHECK(edited(1, "\"label\"", "\"extra\":1,\"label\"").line == 2);
  CHECK(edited(2, "\"enabled\":[", "\"enabled\":[1,").line == 3);
  CHECK(edited(3, "\"value\":1}", "\"value\":4294967296}").line == 4);
  CHECK(edited(3, "\"value\":1}", "\"value\":1e0}").line == 4);
  CHECK(edited(3, "\"value\":1}", "\"value\":18446744073709551616}").line == 4);
  CHECK(edited(5, "\"steps\":4", "\"steps\":5").line == 6);
  CHECK(edited(5, "\"0x1\"", "\"0xg\"").line == 6);
  CHECK(edited(5, "\"0x1\"", "\"\"").line == 6);
  CHECK(edited(1, "\"task\":\"left\"", "\"task\":" + std::string(100000, '['))
            .text.find("nests deeper") != std::string::npos);
}

TEST_CASE("no damage of a trace at random makes the reader accept or fall") {
  const std::string text = trace_text(recorded(3));
  Random random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = text;
    for (std::uint32_t i = 0, n = 1 + random.below(4); i < n; ++i) {
      const auto size = static_cast<std::uint32_t>(damaged.size());
      const std::size_t at = random.below(size);
      switch (random.below(3)) {
        case 0: damaged[at] = static_cast<char>(random.below(256)); break;
        case 1: damaged.erase(at, random.below(300)); break;
        default: damaged.insert(at, damaged.substr(random.below(size), random.below(300)));
      }
      if (damaged.empty()) break;
    }
    if (damaged == text) continue;
    REQUIRE(std::holds_alternative<TraceError>(parse_trace(damaged, "t")));
  }
}

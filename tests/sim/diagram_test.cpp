#include "sim/report/diagram.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "sim/random.hpp"
#include "sim/strategies/random_walk.hpp"
#include "sim/strategies/replay.hpp"
#include "tests/sim/small_models.hpp"

using namespace sim;

namespace {

ExecutionOptions narrated() {
  ExecutionOptions options;
  options.narrate = true;
  return options;
}

std::string drawn(Model& model, const char* schedule, const DiagramOptions& options = {}) {
  Execution execution(narrated());
  ReplayStrategy replay(recording_of(std::get<Schedule>(parse_schedule(schedule))));
  execution.run(model, replay);
  REQUIRE(!replay.divergence());
  return diagram(execution, options);
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

/// 75 columns, printable ASCII, no blanks at the end. Returns the first line that is none of that.
std::string malformed(const std::string& text) {
  if (!text.empty() && text.back() != '\n') return text;
  for (const std::string& line : lines_of(text)) {
    const bool plain =
        std::all_of(line.begin(), line.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
    if (!plain || line.size() > 75 || (!line.empty() && line.back() == ' ')) return line;
  }
  return {};
}

/// Random functions, labels, effects and findings under hostile names.
class Noise : public Model {
 public:
  Noise(std::uint64_t seed, unsigned roots, bool spawn)
      : seed_(seed), roots_(roots), spawn_(spawn) {}

  void build(Execution& execution) override {
    cell_ = &execution.make<Marked<int>>(ObjectName{"cell"}, 1U, 0);
  }
  void start(Execution& execution) override {
    for (unsigned i = 0; i < roots_; ++i)
      execution.spawn(kNames[i % 5], [this, i] {
        if (spawn_) current().spawn(kNames[4], [this, i] { act(100 + i); });
        act(i);
      });
  }
  void judge(Execution& execution) override {
    execution.report(FindingKind::wrong_data, "x", std::string(300, 'w') + "\n\x1b[2J");
  }

 private:
  void act(unsigned number) {
    Random random(seed_, number);
    for (int i = 0; i < 8; ++i) call(random, 0);
  }
  void call(Random& random, int depth) {
    const Frame frame(kFunctions[random.below(4)]);
    if (random.below(3) == 0) cell_->read_once();
    if (random.below(3) == 0)
      at<"btrfs_truncate_inode_items_and_everything_else:a_label_that_has_a_long_name">();
    if (random.below(3) == 0) at<"f:short">();
    if (random.below(4) == 0) current().note(NoteKind::effect, text(random));
    if (random.below(9) == 0) current().note(NoteKind::message, text(random));
    if (random.below(9) == 0) current().note(NoteKind::mark, text(random));
    if (random.below(12) == 0) current().report(FindingKind::invariant, "sum", text(random));
    if (depth == 0 && random.below(9) == 0) return nest(random, 25);
    while (random.below(5) < 2) call(random, depth + 1);
  }
  void nest(Random& random, int levels) {
    const Frame frame(kFunctions[random.below(4)]);
    current().note(NoteKind::effect, text(random));
    if (levels > 0) nest(random, levels - 1);
  }
  static std::string text(Random& random) {
    std::string text;
    for (std::uint32_t i = 0, n = random.below(12); i < n; ++i)
      text += std::string(random.below(20), static_cast<char>('a' + i)) +
              (random.below(4) == 0 ? "\x1b\t" : " ");
    return random.below(5) == 0 ? text + std::string(90, 'y') : text;
  }

  static constexpr const char* kNames[] = {
      "writer", "\x1b[31mred\n", "a>b",
      "kworker/u8:3-btrfs-endio-write-with-a-long-name-that-does-not-fit", ""};
  static constexpr const char* kFunctions[] = {
      "f", "btrfs_truncate_inode_items_and_everything_else",
      "a_function_whose_name_is_longer_than_any_column_of_this_picture_can_be_said", "\t"};
  std::uint64_t seed_;
  unsigned roots_;
  bool spawn_;
  Marked<int>* cell_ = nullptr;
};

}  // namespace

TEST_CASE(
    "two tasks stand in two columns, the hand-over is an empty row, the consequence a row of its "
    "own") {
  small_models::LostUpdate model;
  CHECK(drawn(model, "left right*2 left") ==
        "left                                 right\n"
        "\n"
        "add_one()\n"
        "  <value_read>\n"
        "  --> reads 0\n"
        "  store()\n"
        "\n"
        "                                     add_one()\n"
        "                                       <value_read>\n"
        "                                       --> reads 0\n"
        "                                       store()\n"
        "                                         --> value is 1\n"
        "                                       <value_written>\n"
        "\n"
        "    --> value is 1\n"
        "  <value_written>\n"
        "\n"
        "*** wrong-data: an update of value was lost ***\n");
}

TEST_CASE("a deadlock shows where each task blocks, and the cycle") {
  small_models::CrossedLocks model;
  const std::string text = drawn(model, "up down");
  CHECK(text.find("  <blocks in lock(lock_b)>\n") != std::string::npos);
  CHECK(text.find("                                       <blocks in lock(lock_a)>\n") !=
        std::string::npos);
  CHECK(
      text.ends_with("*** deadlock: up waits for lock(lock_b), which down must provide\n"
                     "    down waits for lock(lock_a), which up must provide\n"
                     "    cycle: up -> down -> up ***\n"));
  CHECK(malformed(text) == "");
}

TEST_CASE("tasks born in the run share the last column and are named where they take over") {
  small_models::Bios model;
  const std::string text =
      drawn(model, "writer*2 writer>bio-end(bio error=1) writer>bio-end#2 writer>bio-end*2");
  CHECK(text.starts_with("writer                               bio-end / kworker/endio-write\n"));
  CHECK(text.find("                                     bio-end#2:\n"
                  "                                     end_bio()\n") != std::string::npos);
  CHECK(malformed(text) == "");
}

TEST_CASE("the caller may say which tasks share a column and which are left out") {
  small_models::Bios model;
  DiagramOptions options;
  options.column_of = [](const std::string& name) {
    if (name == "writer") return std::string("CPU 1");
    return std::string(name.find("kworker") == std::string::npos ? "" : "CPU 2");
  };
  const std::string text = drawn(model, "writer*2", options);
  CHECK(text.starts_with("CPU 1                                CPU 2\n"));
  CHECK(text.find("end_bio") == std::string::npos);
  CHECK(text.find("finish()") != std::string::npos);
}

TEST_CASE("three columns fit, more become numbered prose") {
  Noise three(1, 3, false);
  const std::vector<std::string> lines = lines_of(drawn(three, ""));
  CHECK(lines[0].starts_with("writer                    \\x1b[31mred\\x0a"));
  CHECK(lines[0].find("a>b") == 52);
  Noise four(1, 4, false);
  const std::string prose = drawn(four, "");
  CHECK(prose.starts_with("1) writer: "));
  CHECK(prose.find("\n2) ") != std::string::npos);
  CHECK(malformed(prose) == "");
}

TEST_CASE("whatever the names and texts are, the picture keeps its form") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    for (const unsigned roots : {1U, 2U, 3U, 4U}) {
      for (const bool spawn : {false, true}) {
        Noise model(seed, roots, spawn);
        Execution execution(narrated());
        RandomWalk walk({seed, 0, 1});
        execution.run(model, walk);
        DiagramOptions options;
        for (const std::size_t rows : {std::size_t{0}, std::size_t{25}, std::size_t{100000}}) {
          options.most_rows = rows;
          CHECK(malformed(diagram(execution, options)) == "");
        }
      }
    }
  }
}

TEST_CASE("in two columns no text of the left reaches the right, and none of the right the left") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Noise model(seed, 2, false);
    Execution execution(narrated());
    RandomWalk walk({seed, 0, 1});
    execution.run(model, walk);
    const std::string text = diagram(execution);
    const std::size_t consequence = text.rfind("\n\n");
    const std::vector<std::string> lines = lines_of(text.substr(0, consequence));
    CHECK(lines.size() > 3);
    for (std::size_t i = 2; i < lines.size(); ++i) {  // behind the heads
      const bool left = lines[i].size() <= 36;
      const bool right = lines[i].size() > 37 && lines[i].substr(0, 37) == std::string(37, ' ');
      INFO(lines[i]);
      CHECK((left || right));
    }
  }
}

TEST_CASE("detail is dropped until the rows suffice, but no effect and no finding") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Noise model(seed, 2, false);
    Execution execution(narrated());
    RandomWalk walk({seed, 0, 1});
    execution.run(model, walk);
    const auto count = [](const std::string& text, std::string_view word) {
      std::size_t found = 0;
      for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; ++at) ++found;
      return found;
    };
    DiagramOptions options;
    options.most_rows = 0;
    const std::string least = diagram(execution, options);
    options.most_rows = 1000000;
    const std::string most = diagram(execution, options);
    CHECK(least.size() <= most.size());
    CHECK(count(least, "-->") == count(most, "-->"));
    CHECK(count(least, "***") == count(most, "***"));
    CHECK(count(least, "(...)") == 0);
  }
}

TEST_CASE("an execution without a narrative has an empty picture") {
  small_models::LostUpdate model;
  Execution execution;
  RandomWalk walk({1, 0, 1});
  execution.run(model, walk);
  CHECK(diagram(execution).empty());
}

#include <algorithm>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/tree/rules.hpp"

namespace tidy {
namespace {

const Tree& tree() {
  static const Tree kept = read_tree(FSWEAVE_SOURCE_ROOT);
  return kept;
}

void judge(const Complaints& complaints) {
  constexpr std::size_t kShown = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(complaints.size(), kShown); ++i) {
    text += "\n" + complaints[i];
  }
  if (complaints.size() > kShown) {
    text += fmt::format("\nand {} more", complaints.size() - kShown);
  }
  CHECK_MESSAGE(complaints.empty(), text);
}

template <class Applies>
void judge_files(Complaints (*rule)(const SourceFile&), Applies applies) {
  Complaints all;
  for (const SourceFile& file : tree()) {
    if (!applies(file.path)) continue;
    const Complaints found = rule(file);
    all.insert(all.end(), found.begin(), found.end());
  }
  judge(all);
}

bool any(std::string_view) { return true; }

}  // namespace

TEST_CASE("the tree is found") { REQUIRE(tree().size() > 100); }

TEST_CASE("no C++ file is longer than 600 lines") { judge_files(file_length, is_cpp); }

TEST_CASE("no line of C++ is longer than 100 columns") { judge_files(line_length, is_cpp); }

TEST_CASE("no function is longer than 70 lines") { judge_files(function_length, is_cpp); }

TEST_CASE("every header opens with what it is") { judge_files(header_opening, is_header); }

TEST_CASE("a floor includes lower floors only, and libraries stay where they belong") {
  judge_files(include_floors, is_cpp);
}

TEST_CASE("nothing in sim and core can differ between two runs") {
  judge_files(banned_names, is_cpp);
}

TEST_CASE("no work is left as a remark") { judge_files(postponed_work, any); }

TEST_CASE("nothing names a machine") { judge_files(machine_names, any); }

TEST_CASE("the top level holds what it should") { judge(top_level(tree())); }

TEST_CASE("every source is built") { judge(listed_sources(tree())); }

TEST_CASE("every quoted include exists") { judge(existing_includes(tree())); }

TEST_CASE("every header is included") { judge(used_headers(tree())); }

TEST_CASE("every path in the documentation exists") { judge(documented_paths(tree())); }

}  // namespace tidy

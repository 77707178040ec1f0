// Output shown in the documentation is what fsweave prints: a console block whose first line is
// "$ fsweave ARGUMENTS" holds all of that command's standard output.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/scenario/command.hpp"
#include "core/scenario/filesystem.hpp"
#include "tests/cli/program.hpp"

namespace {

using program::fsweave;
using program::read;

const std::string kRoot = FSWEAVE_SOURCE_ROOT;

struct Shown {
  std::string command;
  std::string output;
};

std::vector<Shown> shown_in(const std::string& page) {
  static const std::string kOpen = "```console\n$ fsweave ";
  std::vector<Shown> all;
  for (std::size_t at = 0; (at = page.find(kOpen, at)) != std::string::npos;) {
    const std::size_t command = at + kOpen.size();
    const std::size_t output = page.find('\n', command) + 1;
    at = page.find("```\n", output);
    all.push_back({page.substr(command, output - command - 1), page.substr(output, at - output)});
  }
  return all;
}

}  // namespace

TEST_CASE(
    "The documentation's table of operations has every one, as it is written and where it is "
    "modelled") {
  const std::string page = read(kRoot + "/docs/SCENARIOS.md");
  std::size_t rows = 0;
  for (const scenario::Verb verb : scenario::all_verbs()) {
    std::vector<std::string_view> where;
    for (const scenario::FileSystemKind* kind : scenario::filesystem_kinds())
      if (std::find(kind->verbs.begin(), kind->verbs.end(), verb) != kind->verbs.end())
        where.push_back(kind->name);
    const std::string row =
        fmt::format("\n| `{}` | {} | ", scenario::synopsis(verb),
                    where.empty() ? "none yet" : fmt::format("{}", fmt::join(where, ", ")));
    CAPTURE(row);
    CHECK(program::contains(page, row));
    ++rows;
  }
  CHECK(rows > 20);
}

TEST_CASE("Output that the documentation shows is what fsweave prints") {
  std::vector<std::string> pages{kRoot + "/README.md"};
  for (const auto& entry : std::filesystem::directory_iterator(kRoot + "/docs"))
    if (entry.path().extension() == ".md") pages.push_back(entry.path().string());
  std::size_t compared = 0;
  for (const std::string& page : pages) {
    for (const Shown& shown : shown_in(read(page))) {
      CAPTURE(page);
      CAPTURE(shown.command);
      CHECK(fsweave(shown.command, "cd " + kRoot + " && ").out == shown.output);
      ++compared;
    }
  }
  CHECK(compared >= 2);
}

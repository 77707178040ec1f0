// Output shown in the documentation is what fsweave prints: a console block whose first line is
// "$ fsweave ARGUMENTS" holds all of that command's standard output.
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

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

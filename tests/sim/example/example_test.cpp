// The example of docs/SIM.md does what the page says.
#include <stdio.h>

#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(std::string(FSWEAVE_SOURCE_ROOT) + "/" + path);
  REQUIRE(file.is_open());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (const std::size_t length = ::fread(buffer, 1, sizeof buffer, pipe))
    output.append(buffer, length);
  REQUIRE(::pclose(pipe) == 0);
  return output;
}

}  // namespace

TEST_CASE("The documentation shows the example as it is compiled") {
  const std::string page = text_of("docs/SIM.md");
  const std::string example = text_of("tests/sim/example/mailbox.cpp");
  CHECK(page.find("```cpp\n" + example + "```\n") != std::string::npos);
}

TEST_CASE("The example prints what the documentation shows") {
  const std::string page = text_of("docs/SIM.md");
  const std::string output = output_of(EXAMPLE_PROGRAM);
  REQUIRE(output.find("sometimes") != std::string::npos);
  REQUIRE(output.find("never") != std::string::npos);
  CHECK(page.find("```\n" + output + "```\n") != std::string::npos);
}

#include "core/scenario/input_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "core/scenario/input_error.hpp"
#include "tests/support/directory.hpp"

namespace {

namespace fs = std::filesystem;

std::string error_of(const std::string& path) {
  try {
    scenario::read_input_file(path);
  } catch (const scenario::InputError& error) {
    return scenario::to_string(error);
  }
  return {};
}

}  // namespace

TEST_CASE("what is no regular file is refused at once, and nobody waits for its writer") {
  const testing::Directory folder;
  const std::string fifo = folder.path("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(error_of(fifo) == fifo + ": is a FIFO (name a regular file)");
  CHECK(error_of(folder.path("")) == folder.path("") + ": is a directory (name a regular file)");
  CHECK(error_of("/dev/zero") == "/dev/zero: is a device (name a regular file)");
  CHECK(error_of(folder.path("none")) ==
        folder.path("none") + ": cannot be opened: No such file or directory");
}

TEST_CASE("a pipe that the caller opened is read to its end") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const std::string text = "{ \"fsweave\": 1 }";
  REQUIRE(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  ::close(ends[1]);
  CHECK(scenario::read_input_file("/dev/fd/" + std::to_string(ends[0])) == text);
  ::close(ends[0]);
}

TEST_CASE("a file is read as it stands, up to its limit") {
  const testing::Directory folder;
  const std::string path = folder.path("large");
  std::ofstream(path, std::ios::binary) << std::string(std::size_t{3} << 20, 'x');
  CHECK(scenario::read_input_file(path).size() == std::size_t{3} << 20);
  try {
    scenario::read_input_file(path, std::size_t{1} << 20);
    FAIL("it is too large");
  } catch (const scenario::InputError& error) {
    CHECK(error.sentence == "is larger than 1 MiB");
  }
}

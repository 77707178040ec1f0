#include "core/scenario/input_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "core/scenario/input_error.hpp"

namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("fsweave-input-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

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
  const Folder folder;
  const std::string fifo = folder.file("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(error_of(fifo) == fifo + ": is a FIFO (name a regular file)");
  CHECK(error_of(folder.file("")) == folder.file("") + ": is a directory (name a regular file)");
  CHECK(error_of("/dev/zero") == "/dev/zero: is a device (name a regular file)");
  CHECK(error_of(folder.file("none")) ==
        folder.file("none") + ": cannot be opened: No such file or directory");
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
  const Folder folder;
  const std::string path = folder.file("large");
  std::ofstream(path, std::ios::binary) << std::string(std::size_t{3} << 20, 'x');
  CHECK(scenario::read_input_file(path).size() == std::size_t{3} << 20);
  try {
    scenario::read_input_file(path, std::size_t{1} << 20);
    FAIL("it is too large");
  } catch (const scenario::InputError& error) {
    CHECK(error.sentence == "is larger than 1 MiB");
  }
}

#include "sim/output_file.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/directory.hpp"

namespace {

namespace fs = std::filesystem;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("an output file is there as a whole, and nothing is left beside it") {
  const testing::Directory folder;
  const std::string text(300000, 'x');
  CHECK(!sim::write_output_file(folder.path("a"), text));
  CHECK(content(folder.path("a")) == text);
  CHECK(!sim::write_output_file(folder.path("a"), "short"));
  CHECK(content(folder.path("a")) == "short");
  CHECK(folder.count() == 1);
}

TEST_CASE("a symbolic link stays and its target is replaced") {
  const testing::Directory folder;
  CHECK(!sim::write_output_file(folder.path("a"), "1"));
  fs::create_symlink("a", folder.path("link"));
  CHECK(!sim::write_output_file(folder.path("link"), "2"));
  CHECK(fs::is_symlink(folder.path("link")));
  CHECK(content(folder.path("a")) == "2");
}

TEST_CASE("whether a file can be written shows beforehand, and leaves everything as it is") {
  const testing::Directory folder;
  CHECK(!sim::output_file_refusal(folder.path("a")));
  CHECK(folder.count() == 0);
  CHECK(!sim::write_output_file(folder.path("a"), "text"));
  CHECK(!sim::output_file_refusal(folder.path("a")));
  CHECK(content(folder.path("a")) == "text");
  CHECK(folder.count() == 1);
  CHECK(!sim::output_file_refusal("/dev/full"));
  const auto missing = sim::output_file_refusal(folder.path("no/such/place"));
  REQUIRE(missing);
  CHECK(missing->sentence.find("No such file or directory") != std::string::npos);
  CHECK(sim::output_file_refusal(folder.path("")));
}

TEST_CASE("a full disk is reported, and what stood there stays") {
  const auto full = sim::write_output_file("/dev/full", "text");
  REQUIRE(full);
  CHECK(full->sentence == "/dev/full could not be written: No space left on device");
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("a file that cannot grow is reported, removed, and what stood there stays") {
  const testing::Directory folder;
  CHECK(!sim::write_output_file(folder.path("a"), "before"));
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit;
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  const rlimit small{4096, old_limit.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto error = sim::write_output_file(folder.path("a"), std::string(10000, 'x'));
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  std::signal(SIGXFSZ, old_handler);
  REQUIRE(error);
  CHECK(error->sentence.find("File too large") != std::string::npos);
  CHECK(content(folder.path("a")) == "before");
  CHECK(folder.count() == 1);
}

TEST_CASE(
    "a place that does not exist is reported, and control characters of its name are escaped") {
  const testing::Directory folder;
  const auto error = sim::write_output_file(folder.path("no\x1b/such"), "text");
  REQUIRE(error);
  CHECK(error->sentence.find("no\\x1b/such could not be written: No such file or directory") !=
        std::string::npos);
  CHECK(sim::write_output_file(folder.path("."), "text"));
}

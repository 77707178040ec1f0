/// Lines as `fsstress -v` prints them, made from the table of its productions and not from our
/// parser.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace support {

class FsstressGenerator {
 public:
  explicit FsstressGenerator(std::uint64_t seed) : state_(seed) {}

  /// The lines of one call, one to five of them.
  std::vector<std::string> next_call();

 private:
  std::uint64_t draw();
  std::uint64_t below(std::uint64_t bound) { return draw() % bound; }
  bool coin() { return below(2) == 0; }
  std::string pick(const std::vector<std::string>& options) {
    return options[below(options.size())];
  }

  std::string number(std::uint64_t bound) { return std::to_string(below(bound)); }
  std::string position() { return std::to_string(draw() >> (1 + below(60))); }
  std::string segment(char letter);
  std::string path(const std::string& letters);
  std::string any_path() { return path("dflcrs"); }
  std::string ino();
  std::string file() { return path("fr") + ino(); }
  std::string range() { return " [" + position() + "," + position() + "]"; }
  std::string error() { return pick({"0", "0", "0", "2", "5", "22", "28", "95", "122"}); }
  std::string flags(const std::vector<std::string>& names);
  std::string entry() { return "id=" + number(500) + ",parent=" + pick({"-1", "0", "17"}); }

  std::vector<std::string> transfer();
  std::vector<std::string> mapping_or_fallocate();
  std::vector<std::string> sync_or_truncate();
  std::vector<std::string> namespace_call();
  std::vector<std::string> range_call();
  std::vector<std::string> attribute_call();
  std::vector<std::string> note();

  std::uint64_t state_;
  std::uint64_t opno_ = 0;
};

}  // namespace support

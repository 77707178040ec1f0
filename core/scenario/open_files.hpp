/// Which file a command of a list acts on: the descriptors and mappings that a thread of the
/// scenario's program has, as far as the text alone tells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/scenario/command.hpp"

namespace scenario {

/// Value type: tasks start with a copy of what setup left open, as threads of one program share
/// their descriptors.
class OpenFiles {
 public:
  /// Fills in `command.file` and `command.direct` and follows what the command opens, closes, maps
  /// and unmaps. Throws InputError (at the command's place in `input_file`) where there is no
  /// current file, the named one is not open, or a mapping is touched that does not exist.
  void resolve(Command& command, std::string_view input_file);

  /// Makes every file that `other` opened known here by name, without changing the current file.
  void adopt(const OpenFiles& other);

 private:
  struct Mapping {
    std::uint64_t begin;
    std::uint64_t end;  ///< exclusive
  };

  void open(const Command& command, std::string_view input_file);
  void close(const std::string& file);
  void remove_from_order(const std::string& file);
  void find_file(Command& command, std::string_view input_file) const;
  void follow_mapping(const Command& command, std::string_view input_file);

  std::vector<std::string>
      order_;  ///< as opened; the current file is the last, unless it is an adopted one
  std::size_t adopted_ = 0;  ///< so many at the front of `order_` are known by name only
  /// Per file, for each of its descriptors: O_DIRECT.
  std::map<std::string, std::vector<bool>, std::less<>> direct_;
  std::map<std::string, std::vector<Mapping>, std::less<>> mappings_;
};

}  // namespace scenario

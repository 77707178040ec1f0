/// The numbers and switches of a scenario's "fs" block: one table, so that reading, checking and
/// listing agree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace scenario {

enum class ParameterKind : std::uint8_t {
  flag,          ///< true or false
  bytes,         ///< an integer, or a string such as "4k"
  blocks,        ///< likewise, of whole blocks
  power_of_two,  ///< likewise, 2^N bytes
  pages,         ///< a count of 4 KiB pages
};

using ParameterValue = std::variant<bool, std::uint64_t>;

struct Parameter {
  std::string_view filesystem;
  std::string_view name;
  ParameterKind kind;
  std::uint64_t least;  ///< of bytes and pages
  std::uint64_t most;
  std::string_view meaning;  ///< one clause, with the value that holds where a scenario names none
};

inline constexpr std::uint64_t kBlockBytes = 4096;
/// Space for data on ext4 where a scenario does not say.
inline constexpr std::uint64_t kExt4Bytes = std::uint64_t{4} << 20;

/// Filesystems that a scenario may name.
const std::vector<std::string_view>& known_filesystems();

/// All parameters, sorted by filesystem and name.
const std::vector<Parameter>& known_parameters();

/// nullptr where the filesystem has no such parameter.
const Parameter* find_parameter(std::string_view filesystem, std::string_view name);

}  // namespace scenario

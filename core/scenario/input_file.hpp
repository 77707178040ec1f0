/// Reads a whole file that a user names on the command line. Files named inside scenarios are never
/// opened.
#pragma once

#include <cstddef>
#include <string>

namespace scenario {

inline constexpr std::size_t kLargestScenarioFile = std::size_t{16} << 20;
inline constexpr std::size_t kLargestLogFile = std::size_t{256} << 20;

/// The bytes of `path`; "-" is standard input. Throws InputError where it cannot be read or is
/// larger than `limit` bytes.
std::string read_input_file(const std::string& path, std::size_t limit = kLargestScenarioFile);

}  // namespace scenario

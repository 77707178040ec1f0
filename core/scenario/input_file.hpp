/// Reads a whole file that a user names on the command line. Files named inside scenarios are never
/// opened.
#pragma once

#include <cstddef>
#include <string>

namespace scenario {

inline constexpr std::size_t kLargestScenarioFile = std::size_t{16} << 20;
inline constexpr std::size_t kLargestLogFile = std::size_t{256} << 20;

/// The bytes of `path`; "-" is standard input. Throws InputError where it cannot be read, is larger
/// than `limit` bytes or no regular file, and where a signal comes while it waits for input.
/// Descriptors of the caller's ("/dev/stdin", "/dev/fd/3") may be pipes.
std::string read_input_file(const std::string& path, std::size_t limit = kLargestScenarioFile);

}  // namespace scenario

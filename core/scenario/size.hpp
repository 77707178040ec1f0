/// Numbers as users of xfs_io write them: 4096, 0x1000, 4k, 1m, 2g.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scenario {

/// Beyond this a size in a scenario is refused.
inline constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 50;

/// Bytes; suffixes k, m and g in either case are powers of 1024. Nothing where the text is no such
/// number or does not fit loff_t (2^63 - 1).
std::optional<std::uint64_t> parse_size(std::string_view text);

/// The same number in its shortest spelling: 4096 is "4k", 4097 is "4097".
std::string format_size(std::uint64_t bytes);

}  // namespace scenario

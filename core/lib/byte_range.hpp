/// Half-open byte ranges [start, end). The kernel's io tree uses inclusive ends; the model does
/// not.
#pragma once

#include <algorithm>
#include <cstdint>

namespace kernel {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using s64 = std::int64_t;

/// Sector, block and page are all 4096 bytes in the btrfs model.
inline constexpr u64 kPageSize = 4096;
inline constexpr u32 kPageShift = 12;

constexpr u64 round_down(u64 value, u64 unit) { return value - value % unit; }
constexpr u64 round_up(u64 value, u64 unit) { return round_down(value + unit - 1, unit); }

struct ByteRange {
  u64 start = 0;
  u64 end = 0;

  constexpr u64 size() const { return end > start ? end - start : 0; }
  constexpr bool empty() const { return end <= start; }
  constexpr bool overlaps(const ByteRange& other) const {
    return start < other.end && other.start < end;
  }
  constexpr bool contains(const ByteRange& other) const {
    return start <= other.start && other.end <= end;
  }
  constexpr ByteRange cut(const ByteRange& other) const {
    return {std::max(start, other.start), std::min(end, other.end)};
  }
  friend constexpr bool operator==(const ByteRange&, const ByteRange&) = default;
};

constexpr ByteRange range_of(u64 start, u64 length) { return {start, start + length}; }

/// The whole sectors that hold `range`.
constexpr ByteRange sectors_around(const ByteRange& range) {
  return {round_down(range.start, kPageSize), round_up(range.end, kPageSize)};
}

}  // namespace kernel

/// What a spinlock section does with the state behind its lock, so that sections that commute need
/// not be tried in both orders: looking at or changing a range of a file, or adding to counters
/// that nobody looks at in between.
#pragma once

#include <algorithm>

#include "core/lib/byte_range.hpp"
#include "sim/sync/spinlock.hpp"

namespace kernel {

/// The section touches the pages of `range` only.
constexpr sim::Section section_on(sim::Access access, ByteRange range) {
  constexpr u64 kLast = 0xffffffffU;
  return {access, static_cast<u32>(std::min(range.start >> kPageShift, kLast - 1)),
          static_cast<u32>(std::min((range.end + kPageSize - 1) >> kPageShift, kLast))};
}
constexpr sim::Section reads(ByteRange range) { return section_on(sim::Access::read, range); }
constexpr sim::Section writes(ByteRange range) { return section_on(sim::Access::write, range); }

/// The section adds to counters, or takes from them; it decides nothing by their values.
inline constexpr sim::Section kAdds{sim::Access::add};

}  // namespace kernel

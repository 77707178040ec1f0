// Ranges that carry bits, against a model that keeps the bits of every byte.
#include "core/lib/bit_ranges.hpp"

#include <array>
#include <memory_resource>

#include <doctest/doctest.h>

#include "sim/random.hpp"

using namespace kernel;

namespace {

constexpr u64 kSize = 40;
constexpr u32 kBits = 4;

/// One word of bits per byte.
struct PerByte {
  std::array<u32, kSize> bits{};

  u64 set(ByteRange range, u32 wanted, std::pmr::vector<ByteRange>& newly) {
    u64 lacked = 0;
    for (u64 at = range.start; at < range.end; ++at) {
      if ((bits[at] & wanted) != wanted) {
        ++lacked;
        if (!newly.empty() && newly.back().end == at) {
          newly.back().end = at + 1;
        } else {
          newly.push_back({at, at + 1});
        }
      }
      bits[at] |= wanted;
    }
    return lacked;
  }

  u64 clear(ByteRange range, u32 wanted) {
    u64 had = 0;
    for (u64 at = range.start; at < range.end; ++at) {
      had += (bits[at] & wanted) != 0 ? 1 : 0;
      bits[at] &= ~wanted;
    }
    return had;
  }

  bool all(ByteRange range, u32 wanted) const {
    for (u64 at = range.start; at < range.end; ++at)
      if ((bits[at] & wanted) != wanted) return false;
    return true;
  }

  u64 count(ByteRange range, u32 wanted) const {
    u64 bytes = 0;
    for (u64 at = range.start; at < range.end; ++at) bytes += (bits[at] & wanted) != 0 ? 1 : 0;
    return bytes;
  }

  std::optional<ByteRange> next_run(u64 from, u32 wanted) const {
    for (u64 start = 0; start < kSize;) {
      u64 end = start;
      while (end < kSize && (bits[end] & wanted) == wanted) ++end;
      if (end > start && end > from) return ByteRange{start, end};
      start = end + 1;
    }
    return std::nullopt;
  }

  u64 runs(u32 wanted, u64 most) const {
    u64 number = 0;
    for (u64 from = 0;;) {
      const auto run = next_run(from, wanted);
      if (!run) return number;
      number += (run->size() + most - 1) / most;
      from = run->end;
    }
  }
};

}  // namespace

TEST_CASE("Ranges with bits agree with bits per byte after any sequence of changes") {
  for (u64 seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    sim::Random random(seed, 0);
    BitRanges ranges(std::pmr::new_delete_resource());
    PerByte bytes;
    for (int change = 0; change < 60; ++change) {
      const u64 start = random.below(kSize);
      const ByteRange range{start, start + 1 + random.below(static_cast<u32>(kSize - start))};
      const u32 bits = 1 + random.below((1U << kBits) - 1);
      if (random.below(2) == 0) {
        std::pmr::vector<ByteRange> newly;
        std::pmr::vector<ByteRange> expected;
        REQUIRE(ranges.set(range, bits, &newly) == bytes.set(range, bits, expected));
        REQUIRE(newly == expected);
      } else {
        REQUIRE(ranges.clear(range, bits) == bytes.clear(range, bits));
      }
      const u32 asked = 1 + random.below((1U << kBits) - 1);
      REQUIRE(ranges.count(range, asked) == bytes.count(range, asked));
      REQUIRE(ranges.all(range, asked) == bytes.all(range, asked));
      REQUIRE(ranges.next_run(start, asked) == bytes.next_run(start, asked));
      REQUIRE(ranges.runs(asked, 7) == bytes.runs(asked, 7));
      REQUIRE(ranges.empty() == (bytes.count({0, kSize}, ~0U) == 0));
    }
  }
}

TEST_CASE("A set of newly changed ranges continues the one that it is given") {
  BitRanges ranges(std::pmr::new_delete_resource());
  std::pmr::vector<ByteRange> newly;
  CHECK(ranges.set({0, 4}, 1, &newly) == 4);
  CHECK(ranges.set({2, 8}, 1, &newly) == 4);
  REQUIRE(newly.size() == 1);
  CHECK(newly.front() == ByteRange{0, 8});
}

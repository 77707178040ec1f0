// Which contents a sector may have after concurrent operations, against every order of them.
#include "core/oracle/content_oracle.hpp"

#include <algorithm>
#include <memory_resource>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "sim/random.hpp"

using namespace kernel;

namespace {

struct Piece {
  WriteIdentity identity;
  ByteRange range;
  u64 done;  ///< acknowledged bytes
};

constexpr ByteRange kSector{0, kPageSize};

/// Contents of sector 0 after all orders of the pieces; one that was not acknowledged in full may
/// be missing.
std::set<Content> all_orders(const std::vector<Piece>& pieces) {
  std::vector<std::size_t> order(pieces.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::set<Content> reached;
  do {
    for (std::size_t chosen = 0; chosen < (std::size_t{1} << pieces.size()); ++chosen) {
      Content content = kZeros;
      bool possible = true;
      for (const std::size_t i : order) {
        const bool written = ((chosen >> i) & 1) != 0;
        const Piece& piece = pieces[i];
        possible = possible && (written || piece.done != piece.range.size());
        if (written) content = content_after(content, piece.identity, 0, piece.range);
      }
      if (possible) reached.insert(content);
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return reached;
}

std::vector<Piece> random_pieces(sim::Random& random) {
  std::vector<Piece> pieces;
  const u32 number = 1 + random.below(3);
  for (u32 i = 1; i <= number; ++i) {
    const u64 start = random.below(4) * 1024;
    const ByteRange range{start, start + 1024 * (1 + random.below(4))};
    pieces.push_back({{i}, range.cut(kSector), 0});
    pieces.back().done = random.below(3) == 0 ? 0 : pieces.back().range.size();
  }
  return pieces;
}

}  // namespace

TEST_CASE("Concurrent writes admit what some order of them leaves, and nothing else") {
  for (u64 seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    sim::Random random(seed, 0);
    const std::vector<Piece> pieces = random_pieces(random);
    ContentOracle oracle(std::pmr::new_delete_resource());
    for (const Piece& piece : pieces) oracle.begin_write(piece.identity, piece.range);
    for (const Piece& piece : pieces) oracle.end_write(piece.identity, piece.range, piece.done);
    const std::set<Content> expected = all_orders(pieces);
    for (const Content content : expected) CHECK(oracle.admits(0, content));
    const bool zeros_possible = expected.count(kZeros) != 0;
    CHECK(oracle.admits(0, kZeros) == zeros_possible);
    CHECK_FALSE(oracle.admits(0, content_after(kZeros, {9}, 0, kSector)));
  }
}

TEST_CASE("Of two writes one after the other only the second is admitted") {
  ContentOracle oracle(std::pmr::new_delete_resource());
  for (u32 number = 1; number <= 2; ++number) {
    oracle.begin_write({number}, kSector);
    oracle.end_write({number}, kSector, kPageSize);
  }
  CHECK_FALSE(oracle.admits(0, content_after(kZeros, {1}, 0, kSector)));
  CHECK(oracle.admits(0, content_after(kZeros, {2}, 0, kSector)));
  CHECK(oracle.expected(0) == "write 2");
}

TEST_CASE("A failed write may have happened") {
  ContentOracle oracle(std::pmr::new_delete_resource());
  oracle.begin_write({1}, kSector);
  oracle.end_write({1}, kSector, 0);
  CHECK(oracle.admits(0, kZeros));
  CHECK(oracle.admits(0, content_after(kZeros, {1}, 0, kSector)));
}

namespace {

void truncate(ContentOracle& oracle, WriteIdentity identity, ByteRange gone) {
  oracle.begin_write(identity, gone);
  oracle.end_write(identity, gone, gone.size());
}

}  // namespace

TEST_CASE("A truncate zeroes what it cuts off, and keeps the rest") {
  ContentOracle oracle(std::pmr::new_delete_resource());
  oracle.begin_write({1}, {0, 3 * kPageSize});
  oracle.end_write({1}, {0, 3 * kPageSize}, 3 * kPageSize);
  truncate(oracle, {2, true}, {kPageSize + 1024, 3 * kPageSize});
  const auto written = [](u64 at) { return content_after(kZeros, {1}, at, {0, 3 * kPageSize}); };
  CHECK(oracle.admits(0, written(0)));
  CHECK_FALSE(oracle.admits(kPageSize, written(kPageSize)));
  CHECK(oracle.admits(kPageSize, content_after(written(kPageSize), {}, kPageSize,
                                               {kPageSize + 1024, 2 * kPageSize})));
  CHECK(oracle.admits(2 * kPageSize, kZeros));
  CHECK_FALSE(oracle.admits(2 * kPageSize, written(2 * kPageSize)));
}

TEST_CASE("A truncate beside a write that has not returned may come before or after it") {
  ContentOracle oracle(std::pmr::new_delete_resource());
  const ByteRange part{0, 1024};
  oracle.begin_write({1}, kSector);
  oracle.begin_write({2}, part);
  oracle.end_write({1}, kSector, kPageSize);
  truncate(oracle, {3, true}, kSector);
  oracle.end_write({2}, part, part.size());
  CHECK(oracle.admits(0, kZeros));
  CHECK(oracle.admits(0, content_after(kZeros, {2}, 0, part)));
}

// A task runs up to its first step when it is born: that must not make its write concurrent with
// whatever ends before that step.
TEST_CASE("A write begins with its caller's next step") {
  for (const bool overlaps : {false, true}) {
    CAPTURE(overlaps);
    std::pmr::monotonic_buffer_resource memory;
    ContentOracle oracle(&memory);
    u32 steps[] = {0, 7};
    const WriteIdentity left{1};
    const WriteIdentity right{2};
    oracle.begin_write(left, kSector, &steps[0]);
    oracle.begin_write(right, kSector, &steps[1]);
    ++steps[0];
    if (overlaps) ++steps[1];
    oracle.end_write(left, kSector, kPageSize);
    steps[1] += 2;
    oracle.end_write(right, kSector, kPageSize);
    CHECK(oracle.admits(0, content_after(kZeros, right, 0, kSector)));
    CHECK(oracle.admits(0, content_after(kZeros, left, 0, kSector)) == overlaps);
  }
}

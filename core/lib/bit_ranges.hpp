/// Ranges that carry bits: the shape of btrfs' extent io tree without its lock. Neighbours with
/// equal bits are one piece.
#pragma once

#include <map>
#include <memory_resource>
#include <optional>
#include <vector>

#include "core/lib/byte_range.hpp"

namespace kernel {

class BitRanges {
 public:
  explicit BitRanges(std::pmr::memory_resource* memory) : pieces_(memory) {}

  /// Sets `bits` on all of `range`; returns how many bytes lacked at least one of them before. With
  /// `newly`, appends the parts that did.
  u64 set(ByteRange range, u32 bits, std::pmr::vector<ByteRange>* newly = nullptr);

  /// Clears `bits` on all of `range`; returns how many bytes had at least one of them.
  u64 clear(ByteRange range, u32 bits);

  /// Do all bytes of `range` carry all of `bits`?
  bool all(ByteRange range, u32 bits) const;

  /// Bytes in `range` that carry at least one of `bits`.
  u64 count(ByteRange range, u32 bits) const;

  /// The first maximal run of bytes with all of `bits` that ends after `from`, not cut to it.
  std::optional<ByteRange> next_run(u64 from, u32 bits) const;

  /// Number of maximal runs with all of `bits`, each at most `max_size` bytes long.
  u64 runs(u32 bits, u64 max_size) const;

  bool empty() const { return pieces_.empty(); }

 private:
  struct Piece {
    u64 end;
    u32 bits;
  };
  using Pieces = std::pmr::map<u64, Piece>;  ///< by start

  void split_at(u64 position);
  void merge_around(ByteRange range);

  Pieces pieces_;
};

}  // namespace kernel

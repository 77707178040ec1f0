#include "core/lib/bit_ranges.hpp"

#include <iterator>

namespace kernel {

void BitRanges::split_at(u64 position) {
  auto next = pieces_.upper_bound(position);
  if (next == pieces_.begin()) return;
  const auto piece = std::prev(next);
  if (piece->first == position || piece->second.end <= position) return;
  pieces_.emplace_hint(next, position, piece->second);
  piece->second.end = position;
}

void BitRanges::merge_around(ByteRange range) {
  auto piece = pieces_.lower_bound(range.start);
  if (piece != pieces_.begin()) --piece;
  while (piece != pieces_.end() && piece->first <= range.end) {
    const auto next = std::next(piece);
    if (next != pieces_.end() && piece->second.end == next->first &&
        piece->second.bits == next->second.bits) {
      piece->second.end = next->second.end;
      pieces_.erase(next);
    } else {
      piece = next;
    }
  }
}

u64 BitRanges::set(ByteRange range, u32 bits, std::pmr::vector<ByteRange>* newly) {
  split_at(range.start);
  split_at(range.end);
  u64 changed = 0;
  u64 at = range.start;
  const auto lacking = [&](u64 start, u64 end) {
    changed += end - start;
    if (newly == nullptr) return;
    if (!newly->empty() && newly->back().end == start) {
      newly->back().end = end;
    } else {
      newly->push_back({start, end});
    }
  };
  for (auto piece = pieces_.lower_bound(range.start); at < range.end;) {
    if (piece == pieces_.end() || piece->first > at) {
      const u64 end = piece == pieces_.end() ? range.end : std::min(range.end, piece->first);
      pieces_.emplace_hint(piece, at, Piece{end, bits});
      lacking(at, end);
      at = end;
      continue;
    }
    if ((piece->second.bits & bits) != bits) lacking(piece->first, piece->second.end);
    piece->second.bits |= bits;
    at = piece->second.end;
    ++piece;
  }
  merge_around(range);
  return changed;
}

u64 BitRanges::clear(ByteRange range, u32 bits) {
  split_at(range.start);
  split_at(range.end);
  u64 changed = 0;
  auto piece = pieces_.lower_bound(range.start);
  while (piece != pieces_.end() && piece->first < range.end) {
    if ((piece->second.bits & bits) != 0) changed += piece->second.end - piece->first;
    piece->second.bits &= ~bits;
    piece = piece->second.bits == 0 ? pieces_.erase(piece) : std::next(piece);
  }
  merge_around(range);
  return changed;
}

bool BitRanges::all(ByteRange range, u32 bits) const {
  const auto run = next_run(range.start, bits);
  return run.has_value() && run->contains(range);
}

u64 BitRanges::count(ByteRange range, u32 bits) const {
  u64 bytes = 0;
  for (const auto& [start, piece] : pieces_)
    if ((piece.bits & bits) != 0) bytes += ByteRange{start, piece.end}.cut(range).size();
  return bytes;
}

std::optional<ByteRange> BitRanges::next_run(u64 from, u32 bits) const {
  std::optional<ByteRange> run;
  for (const auto& [start, piece] : pieces_) {
    const bool fits = (piece.bits & bits) == bits;
    if (run && (!fits || start != run->end)) {
      if (run->end > from) return run;
      run.reset();
    }
    if (!fits) continue;
    if (run) {
      run->end = piece.end;
    } else {
      run = ByteRange{start, piece.end};
    }
  }
  return run && run->end > from ? run : std::nullopt;
}

u64 BitRanges::runs(u32 bits, u64 max_size) const {
  u64 number = 0;
  for (u64 from = 0;;) {
    const auto run = next_run(from, bits);
    if (!run) return number;
    number += (run->size() + max_size - 1) / max_size;
    from = run->end;
  }
}

}  // namespace kernel

/// Half-open ranges that carry values: the shape of ext4's extent trees without their locks.
/// Neighbours that continue each other are one run.
#pragma once

#include <iterator>
#include <map>
#include <memory_resource>
#include <optional>

#include "core/lib/byte_range.hpp"

namespace kernel {

/// `Value` has `==` and `advanced(by)`: the value `by` units further on.
template <class Value>
class RangeMap {
 public:
  struct Run {
    u64 start;
    u64 end;
    Value value;  ///< at `start`
  };

  explicit RangeMap(std::pmr::memory_resource* memory) : pieces_(memory) {}

  /// The maximal run that holds `at`.
  std::optional<Run> find(u64 at) const {
    const auto next = pieces_.upper_bound(at);
    if (next == pieces_.begin()) return std::nullopt;
    const auto piece = std::prev(next);
    if (piece->second.end <= at) return std::nullopt;
    return Run{piece->first, piece->second.end, piece->second.value};
  }

  /// The first run that ends after `from`, not cut to it.
  std::optional<Run> next(u64 from) const {
    if (const auto here = find(from)) return here;
    const auto piece = pieces_.lower_bound(from);
    if (piece == pieces_.end()) return std::nullopt;
    return Run{piece->first, piece->second.end, piece->second.value};
  }

  /// Calls `visit(run)` for each run that touches [start, end), cut to it.
  template <class Visit>
  void for_each(u64 start, u64 end, Visit visit) const {
    if (start >= end) return;
    for (auto run = next(start); run && run->start < end; run = next(run->end)) {
      const u64 begin = std::max(run->start, start);
      visit(Run{begin, std::min(run->end, end), run->value.advanced(begin - run->start)});
    }
  }

  /// Takes [start, end) out.
  void cut(u64 start, u64 end) {
    split_at(start);
    split_at(end);
    pieces_.erase(pieces_.lower_bound(start), pieces_.lower_bound(end));
  }

  /// [start, end) carries `value` from now on, whatever stood there.
  void put(u64 start, u64 end, Value value) {
    cut(start, end);
    auto piece = pieces_.emplace(start, Piece{end, value}).first;
    if (piece != pieces_.begin()) piece = merge(std::prev(piece), piece);
    if (std::next(piece) != pieces_.end()) merge(piece, std::next(piece));
  }

  bool empty() const { return pieces_.empty(); }

 private:
  struct Piece {
    u64 end;
    Value value;
  };
  using Pieces = std::pmr::map<u64, Piece>;  ///< by start

  void split_at(u64 position) {
    const auto run = find(position);
    if (!run || run->start == position) return;
    pieces_.at(run->start).end = position;
    pieces_.emplace(position, Piece{run->end, run->value.advanced(position - run->start)});
  }

  /// Returns the piece that holds what `right` held.
  typename Pieces::iterator merge(typename Pieces::iterator left, typename Pieces::iterator right) {
    const bool continues =
        left->second.end == right->first &&
        left->second.value.advanced(right->first - left->first) == right->second.value;
    if (!continues) return right;
    left->second.end = right->second.end;
    pieces_.erase(right);
    return left;
  }

  Pieces pieces_;
};

}  // namespace kernel

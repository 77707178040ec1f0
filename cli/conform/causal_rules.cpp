#include "cli/conform/causal_rules.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace conform {
namespace {

struct LiveExtent {
  std::int64_t offset = 0;
  std::int64_t end = 0;
  bool finished = false;
  bool in_direct_write = false;
};

std::int64_t length_of(const Event& event) {
  return parse_number(event.field("len").value_or("")).value_or(0);
}

/// Follows the ordered extents of one recording from add to remove.
class OrderedExtents {
 public:
  explicit OrderedExtents(const Lanes& lanes) : lanes_(lanes) {}

  void see(const PlacedEvent& placed) {
    const auto& name = placed.event->name;
    if (name == "iomap_dio_rw_begin") in_direct_write_ = true;
    if (name == "btrfs_ordered_extent_add") add(placed);
    if (name == "btrfs_finish_ordered_extent") finish(placed);
    if (name == "btrfs_ordered_extent_remove") remove(placed);
    if (name == "iomap_dio_complete") complete(placed);
  }

  std::vector<BrokenRule> take_broken() { return std::move(broken_); }

 private:
  void report(const PlacedEvent& placed, std::string what) {
    broken_.push_back({placed.op, std::move(what), lanes_.describe(placed)});
  }

  void add(const PlacedEvent& placed) {
    const auto offset = file_offset_of(*placed.event);
    const auto end = offset + length_of(*placed.event);
    for (const auto& other : live_)
      if (other.offset < end && offset < other.end)
        report(placed,
               fmt::format("an ordered extent is added at {} while that of [{},{}) is not removed",
                           offset, other.offset, other.end));
    live_.push_back({offset, end, false, in_direct_write_});
  }

  /// Bios may finish a piece of an ordered extent each: any range within it.
  void finish(const PlacedEvent& placed) {
    const auto offset = file_offset_of(*placed.event);
    const auto found = std::find_if(live_.begin(), live_.end(), [&](const LiveExtent& extent) {
      return extent.offset <= offset && offset < extent.end;
    });
    if (found == live_.end())
      report(placed, fmt::format("an ordered extent finishes at {} that was not added", offset));
    else
      found->finished = true;
  }

  void remove(const PlacedEvent& placed) {
    const auto offset = file_offset_of(*placed.event);
    const auto found = std::find_if(live_.begin(), live_.end(), [&](const LiveExtent& extent) {
      return extent.offset == offset;
    });
    if (found == live_.end())
      report(placed, fmt::format("an ordered extent is removed at {} that was not added", offset));
    else
      live_.erase(found);
  }

  void complete(const PlacedEvent& placed) {
    in_direct_write_ = false;
    for (const auto& extent : live_)
      if (extent.in_direct_write && !extent.finished)
        report(
            placed,
            fmt::format("the direct write completes before its ordered extent [{},{}) has finished",
                        extent.offset, extent.end));
    for (auto& extent : live_) extent.in_direct_write = false;
  }

  const Lanes& lanes_;
  std::vector<LiveExtent> live_;
  bool in_direct_write_ = false;
  std::vector<BrokenRule> broken_;
};

/// Follows the extents that ext4's writeback leaves unwritten until their data is on disk.
class UnwrittenExtents {
 public:
  explicit UnwrittenExtents(const Lanes& lanes) : lanes_(lanes) {}

  void see(const PlacedEvent& placed) {
    const auto& name = placed.event->name;
    if (name == "ext4_da_write_pages_extent") in_writeback_ = true;
    if (name == "ext4_es_insert_extent") insert(*placed.event);
    if (name == "ext4_sync_file_exit" && !waiting_.empty())
      broken_.push_back({placed.op,
                         fmt::format("fsync ends before block {} is converted", *waiting_.begin()),
                         lanes_.describe(placed)});
  }

  std::vector<BrokenRule> take_broken() { return std::move(broken_); }

 private:
  void insert(const Event& event) {
    const auto block = file_offset_of(event);
    const auto status = event.field("status");
    if (in_writeback_ && status == "U") waiting_.insert(block);
    if (status == "W") waiting_.erase(block);
    in_writeback_ = false;
  }

  const Lanes& lanes_;
  bool in_writeback_ = false;       ///< of an extent that is not mapped yet
  std::set<std::int64_t> waiting_;  ///< first blocks
  std::vector<BrokenRule> broken_;
};

}  // namespace

std::vector<BrokenRule> broken_causal_rules(const Lanes& lanes) {
  OrderedExtents ordered(lanes);
  UnwrittenExtents unwritten(lanes);
  for (const auto& placed : lanes.all()) {
    ordered.see(placed);
    unwritten.see(placed);
  }
  std::vector<BrokenRule> broken = ordered.take_broken();
  for (auto& rule : unwritten.take_broken()) broken.push_back(std::move(rule));
  return broken;
}

}  // namespace conform

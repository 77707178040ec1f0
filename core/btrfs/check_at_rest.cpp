/// What must hold when every task has ended, with or without an unmount before it.
#include <array>

#include "core/btrfs/check.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/btrfs/ordered_data.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

/// Q1: no ordered extent, no LOCKED bit, no folio locked or under writeback.
std::int64_t things_in_flight(const void* model) {
  std::int64_t left = 0;
  for (const btrfs_inode* inode : fs(model).inodes) {
    left += static_cast<std::int64_t>(inode->ordered_tree.peek().size());
    left += inode->io_tree.locked.is_locked(0, ~u32{0}) ? 1 : 0;
    left += static_cast<std::int64_t>(inode->i_data.writeback_tags.peek().size());
    for (const auto& [index, page] : inode->i_data.i_pages.peek())
      left += (page->lock.is_locked() ? 1 : 0) + (page->writeback.peek() ? 1 : 0);
  }
  return left;
}

std::string describe_in_flight(const void*, std::int64_t value) {
  return fmt::format(
      "nothing runs, but {} ordered extents, range locks or folios are still in flight", value);
}

/// What a task took out of one home and never put into another, in any counter.
std::int64_t amounts_in_transit(const void* model) {
  const btrfs_fs_info& info = fs(model);
  s64 lost = std::abs(info.qgroup.in_transit.peek()) + std::abs(info.data_sinfo_in_transit.peek()) +
             std::abs(info.may_use_in_transit.peek());
  for (const btrfs_inode* inode : info.inodes) lost += std::abs(inode->extents_in_transit.peek());
  return lost;
}

std::string describe_in_transit(const void* model, std::int64_t) {
  const btrfs_fs_info& info = fs(model);
  s64 extents = 0;
  for (const btrfs_inode* inode : info.inodes) extents += inode->extents_in_transit.peek();
  return fmt::format(
      "tasks that ended left in nobody's books: {} bytes of the qgroup's data reservation, {} of "
      "bytes_may_use, "
      "{} of bytes_reserved, {} outstanding extents",
      info.qgroup.in_transit.peek(), info.may_use_in_transit.peek(),
      info.data_sinfo_in_transit.peek(), extents);
}

/// Q4: checksum space is reserved for delayed allocation only.
std::int64_t csum_bytes_difference(const void* model) {
  s64 difference = 0;
  for (const btrfs_inode* inode : fs(model).inodes)
    difference += inode->csum_bytes.peek() - inode->delalloc_bytes.peek();
  return difference;
}

std::string describe_csum_bytes(const void*, std::int64_t value) {
  return fmt::format(
      "nothing runs, but csum_bytes counts {} bytes more than are delayed allocation", value);
}

/// Q3: the subvolume is the only one, so it references what is used; a commit counts both.
std::int64_t referenced_difference(const void* model) {
  const btrfs_fs_info& info = fs(model);
  return static_cast<s64>(info.qgroup.rfer.peek()) -
         static_cast<s64>(btrfs_qgroup::kNodeSize + info.data_sinfo.bytes_used.peek());
}

std::string describe_referenced(const void*, std::int64_t value) {
  return fmt::format("the qgroup references {} bytes more than its data extents and its tree root",
                     value);
}

constexpr std::array<sim::Invariant, 4> kAtRest{{
    {"in-flight-at-rest", sim::InvariantClass::stable,
     "at rest no ordered extent, range lock, locked folio or writeback is left", sim::kWatchAll,
     things_in_flight, describe_in_flight},
    {"in-transit-at-rest", sim::InvariantClass::stable,
     "at rest every reserved byte and counted extent is in one of its homes", sim::kWatchAll,
     amounts_in_transit, describe_in_transit},
    {"csum-bytes-at-rest", sim::InvariantClass::stable,
     "at rest checksum space is reserved for delayed allocation only", sim::kWatchAll,
     csum_bytes_difference, describe_csum_bytes},
    {"referenced-at-rest", sim::InvariantClass::stable,
     "at rest the qgroup references the data extents that are in use", sim::kWatchAll,
     referenced_difference, describe_referenced},
}};

}  // namespace

std::span<const sim::Invariant> invariants_at_rest() { return kAtRest; }

void check_at_rest(sim::Execution& execution, const btrfs_fs_info& info) {
  for (const sim::Invariant& invariant : kAtRest) {
    const std::int64_t value = invariant.measure(&info);
    if (value != 0)
      execution.report(sim::FindingKind::invariant, invariant.name,
                       invariant.describe(&info, value));
  }
}

}  // namespace kernel::btrfs

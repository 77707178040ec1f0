#include "core/btrfs/check.hpp"

#include <array>
#include <vector>

#include "core/btrfs/fs_info.hpp"
#include "core/btrfs/ordered_data.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

/// I1: every reserved byte is in exactly one home.
std::int64_t qgroup_reservation_difference(const void* model) {
  const QgroupHomes homes = qgroup_homes(fs(model));
  return homes.counter - homes.bits - homes.ordered - homes.records - homes.transit;
}

std::string describe_qgroup_reservation(const void* model, std::int64_t value) {
  const QgroupHomes homes = qgroup_homes(fs(model));
  return fmt::format(
      "qgroup 0/{} counts {} reserved data bytes, but {} are in the io tree, {} in ordered "
      "extents, {} in "
      "extent records: {} too many",
      btrfs_qgroup::kSubvolume, homes.counter, homes.bits, homes.ordered, homes.records, value);
}

/// I3: reserved disk space belongs to an ordered extent without an item or to a delayed ref.
std::int64_t bytes_reserved_difference(const void* model) {
  const btrfs_fs_info& info = fs(model);
  s64 counted = info.data_sinfo_in_transit.peek();
  for (const btrfs_inode* inode : info.inodes) {
    for (const auto& [start, ordered] : inode->ordered_tree.peek()) {
      const bool cow = (ordered->flags.peek() & BTRFS_ORDERED_NOCOW) == 0;
      if (cow && !ordered->space_moved_on.peek())
        counted += static_cast<s64>(ordered->range.size());
    }
  }
  for (const auto& record : info.transaction.records.peek())
    counted += static_cast<s64>(record.num_bytes);
  return static_cast<s64>(info.data_sinfo.bytes_reserved.peek()) - counted;
}

std::string describe_bytes_reserved(const void* model, std::int64_t value) {
  return fmt::format(
      "data bytes_reserved is {}, {} more than ordered extents and delayed refs need",
      fs(model).data_sinfo.bytes_reserved.peek(), value);
}

/// I5: 0 <= bytes_left <= num_bytes. Disjointness is checked where the tree is changed, as the
/// kernel does.
std::int64_t ordered_bytes_left_wrong(const void* model) {
  std::int64_t wrong = 0;
  for (const btrfs_inode* inode : fs(model).inodes)
    for (const auto& [start, ordered] : inode->ordered_tree.peek())
      if (ordered->bytes_left.peek() > ordered->range.size()) ++wrong;
  return wrong;
}

std::string describe_ordered_bytes_left(const void*, std::int64_t value) {
  return fmt::format("{} ordered extents have more bytes left than they are long", value);
}

/// Bytes of the ordered extent whose folios wait in the page cache, locked or dirty: whoever writes
/// them back next, or throws them away, accounts for them.
std::uint64_t bytes_in_page_cache(const btrfs_ordered_extent& ordered) {
  const auto& pages = ordered.inode.i_data.i_pages.peek();
  std::uint64_t bytes = 0;
  const auto end = pages.lower_bound(ordered.range.end >> kPageShift);
  for (auto page = pages.lower_bound(ordered.range.start >> kPageShift); page != end; ++page) {
    const folio& cached = *page->second;
    const bool waits = cached.dirty.peek() || cached.lock.is_locked();
    if (cached.ordered.peek() && waits && !cached.writeback.peek()) bytes += kPageSize;
  }
  return bytes;
}

/// I7: bytes of an ordered extent that nobody will account: it would block its waiters for ever.
std::int64_t ordered_bytes_without_owner(const void* model) {
  std::int64_t orphaned = 0;
  for (const btrfs_inode* inode : fs(model).inodes) {
    for (const auto& [start, ordered] : inode->ordered_tree.peek()) {
      const u64 left = ordered->bytes_left.peek();
      const u64 owned = ordered->work.total() + bytes_in_page_cache(*ordered);
      if (left > owned) orphaned += static_cast<s64>(left - owned);
    }
  }
  return orphaned;
}

std::string describe_ordered_bytes_without_owner(const void*, std::int64_t value) {
  return fmt::format("{} bytes of ordered extents are nobody's work any more", value);
}

/// I2: promised data space belongs to delayed allocation or to a task that is between two steps.
std::int64_t may_use_difference(const void* model) {
  const btrfs_fs_info& info = fs(model);
  s64 counted = info.may_use_in_transit.peek();
  for (const btrfs_inode* inode : info.inodes)
    counted += static_cast<s64>(inode->io_tree.state.peek().count(kWholeFile, EXTENT_DELALLOC));
  return static_cast<s64>(info.data_sinfo.bytes_may_use.peek()) - counted;
}

std::string describe_may_use(const void* model, std::int64_t value) {
  return fmt::format("data bytes_may_use is {}, {} more than delayed allocation and tasks need",
                     fs(model).data_sinfo.bytes_may_use.peek(), value);
}

/// I4: an outstanding extent is a run of delayed allocation, an ordered extent, or a task's
/// reservation.
std::int64_t outstanding_extents_difference(const void* model) {
  s64 difference = 0;
  for (const btrfs_inode* inode : fs(model).inodes) {
    const BitRanges& state = inode->io_tree.state.peek();
    difference += inode->outstanding_extents.peek() - inode->extents_in_transit.peek() -
                  static_cast<s64>(state.runs(EXTENT_DELALLOC, kMaxExtentSize)) -
                  static_cast<s64>(inode->ordered_tree.peek().size());
  }
  return difference;
}

std::string describe_outstanding_extents(const void*, std::int64_t value) {
  return fmt::format(
      "outstanding_extents counts {} more than delayed allocation, ordered extents and tasks need",
      value);
}

std::int64_t delalloc_bytes_difference(const void* model) {
  std::int64_t difference = 0;
  for (const btrfs_inode* inode : fs(model).inodes)
    difference += inode->delalloc_bytes.peek() -
                  static_cast<s64>(inode->io_tree.state.peek().count(kWholeFile, EXTENT_DELALLOC));
  return difference;
}

std::string describe_delalloc_bytes(const void*, std::int64_t value) {
  return fmt::format("delalloc_bytes counts {} bytes more than are delayed allocation", value);
}

/// I14: data in flight (an ordered extent without an item yet) that no qgroup reservation of its
/// own stands behind.
std::int64_t in_flight_without_reservation(const void* model) {
  const btrfs_fs_info& info = fs(model);
  const bool in_bits = info.fixes.qgroup_data_owner == QgroupDataOwner::extent_bits;
  std::int64_t unreserved = 0;
  for (const btrfs_inode* inode : info.inodes) {
    for (const auto& [start, ordered] : inode->ordered_tree.peek()) {
      const bool cow = (ordered->flags.peek() & BTRFS_ORDERED_NOCOW) == 0;
      if (!cow || ordered->space_moved_on.peek()) continue;
      const u64 reserved =
          in_bits ? inode->io_tree.state.peek().count(ordered->range, EXTENT_QGROUP_RESERVED)
                  : ordered->qgroup_rsv.peek();
      unreserved += static_cast<s64>(ordered->range.size()) - static_cast<s64>(reserved);
    }
  }
  return std::max<std::int64_t>(unreserved, 0);
}

std::string describe_in_flight_without_reservation(const void*, std::int64_t value) {
  return fmt::format("{} bytes are in flight without a qgroup reservation of their own", value);
}

constexpr std::array<sim::Invariant, 8> kInvariants{{
    {"qgroup-data-reservation", sim::InvariantClass::additive,
     "the qgroup's data reservation is what io trees, ordered extents and extent records hold",
     kQgroupState | kIoTreeState | kOrderedState | kTransactionState, qgroup_reservation_difference,
     describe_qgroup_reservation},
    {"data-bytes-reserved", sim::InvariantClass::additive,
     "reserved disk space is what ordered extents without an item and delayed refs need",
     kSpaceState | kOrderedState | kTransactionState, bytes_reserved_difference,
     describe_bytes_reserved},
    {"ordered-bytes-left", sim::InvariantClass::stable,
     "an ordered extent never has more bytes left than it is long", kOrderedState,
     ordered_bytes_left_wrong, describe_ordered_bytes_left},
    {"ordered-bytes-owned", sim::InvariantClass::stable,
     "every byte that an ordered extent waits for is the work of a task, or of who writes a dirty "
     "folio back",
     kOrderedState | kFolioState, ordered_bytes_without_owner,
     describe_ordered_bytes_without_owner},
    {"data-may-use", sim::InvariantClass::additive,
     "promised data space is what delayed allocation and tasks need", kSpaceState | kIoTreeState,
     may_use_difference, describe_may_use},
    {"outstanding-extents", sim::InvariantClass::additive,
     "outstanding extents are delayed allocation runs, ordered extents, and reservations of tasks",
     kIoTreeState | kBtrfsInodeState | kOrderedState, outstanding_extents_difference,
     describe_outstanding_extents},
    {"delalloc-bytes", sim::InvariantClass::additive,
     "delalloc_bytes counts the delayed allocation bytes of the io tree",
     kIoTreeState | kBtrfsInodeState, delalloc_bytes_difference, describe_delalloc_bytes},
    // Stable for as long as the ordered extent lives: what it lacks, nobody gives it later.
    {"in-flight-data-reserved", sim::InvariantClass::stable,
     "data in flight has a qgroup reservation of its own (advisory)",
     kIoTreeState | kOrderedState | kTransactionState, in_flight_without_reservation,
     describe_in_flight_without_reservation, sim::FindingKind::advisory},
}};

}  // namespace

QgroupHomes qgroup_homes(const btrfs_fs_info& info) {
  QgroupHomes homes{static_cast<s64>(info.qgroup.rsv_data.peek()), 0, 0, 0,
                    info.qgroup.in_transit.peek()};
  for (const btrfs_inode* inode : info.inodes) {
    homes.bits +=
        static_cast<s64>(inode->io_tree.state.peek().count(kWholeFile, EXTENT_QGROUP_RESERVED));
    for (const auto& [start, ordered] : inode->ordered_tree.peek())
      homes.ordered += static_cast<s64>(ordered->qgroup_rsv.peek());
  }
  for (const auto& record : info.transaction.records.peek())
    homes.records += static_cast<s64>(record.data_rsv);
  return homes;
}

std::span<const sim::Invariant> invariants() {
  static const std::vector<sim::Invariant> all = [] {
    std::vector<sim::Invariant> rows(kInvariants.begin(), kInvariants.end());
    for (const auto& more : {page_cache_invariants(), invariants_at_rest()})
      rows.insert(rows.end(), more.begin(), more.end());
    return rows;
  }();
  return all;
}

void watch_invariants(sim::Execution& execution, const btrfs_fs_info& info) {
  for (const sim::Invariant& invariant : kInvariants) execution.watch(invariant, &info);
}

}  // namespace kernel::btrfs

#include "core/btrfs/check.hpp"

#include <array>

#include "core/btrfs/fs_info.hpp"
#include "core/btrfs/ordered_data.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

const btrfs_fs_info& fs(const void* model) { return *static_cast<const btrfs_fs_info*>(model); }

/// I1: every reserved byte is in exactly one home.
std::int64_t qgroup_reservation_difference(const void* model) {
  const QgroupHomes homes = qgroup_homes(fs(model));
  return homes.counter - homes.bits - homes.ordered - homes.records - homes.transit;
}

std::string describe_qgroup_reservation(const void* model, std::int64_t value) {
  const QgroupHomes homes = qgroup_homes(fs(model));
  return fmt::format(
      "qgroup 0/{} counts {} reserved data bytes, but {} are in the io tree, {} in ordered extents, {} in "
      "extent records: {} too many",
      btrfs_qgroup::kSubvolume, homes.counter, homes.bits, homes.ordered, homes.records, value);
}

/// I3: reserved disk space belongs to an ordered extent without an item or to a delayed ref.
std::int64_t bytes_reserved_difference(const void* model) {
  const btrfs_fs_info& info = fs(model);
  auto counted = info.data_sinfo_in_transit;
  for (const btrfs_inode* inode : info.inodes) {
    for (const auto& [start, ordered] : inode->ordered_tree.peek()) {
      const bool cow = (ordered->flags.peek() & BTRFS_ORDERED_NOCOW) == 0;
      if (cow && !ordered->space_moved_on) counted += static_cast<s64>(ordered->range.size());
    }
  }
  for (const auto& record : info.transaction.records.peek())
    counted += static_cast<s64>(record.num_bytes);
  return static_cast<s64>(info.data_sinfo.bytes_reserved.peek()) - counted;
}

std::string describe_bytes_reserved(const void* model, std::int64_t value) {
  return fmt::format("data bytes_reserved is {}, {} more than ordered extents and delayed refs need",
                     fs(model).data_sinfo.bytes_reserved.peek(), value);
}

/// I5: 0 <= bytes_left <= num_bytes. Disjointness is checked where the tree is changed, as the kernel does.
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

/// I7: bytes of an ordered extent that nobody is obliged to account: it would block its waiters for ever.
std::int64_t ordered_bytes_without_owner(const void* model) {
  std::int64_t orphaned = 0;
  for (const btrfs_inode* inode : fs(model).inodes) {
    for (const auto& [start, ordered] : inode->ordered_tree.peek()) {
      const u64 left = ordered->bytes_left.peek();
      if (left > ordered->work.total()) orphaned += static_cast<s64>(left - ordered->work.total());
    }
  }
  return orphaned;
}

std::string describe_ordered_bytes_without_owner(const void*, std::int64_t value) {
  return fmt::format("{} bytes of ordered extents are nobody's work any more", value);
}

/// Q1: at rest no ordered extent is left. Also the stable form of a leak in any of the counters.
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

constexpr std::array<sim::Invariant, 5> kInvariants{{
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
     "every byte that an ordered extent waits for is the work of a task",
     kOrderedState, ordered_bytes_without_owner, describe_ordered_bytes_without_owner},
    {"delalloc-bytes", sim::InvariantClass::additive,
     "delalloc_bytes counts the delayed allocation bytes of the io tree",
     kIoTreeState | kBtrfsInodeState, delalloc_bytes_difference, describe_delalloc_bytes},
}};

}  // namespace

QgroupHomes qgroup_homes(const btrfs_fs_info& info) {
  QgroupHomes homes{static_cast<s64>(info.qgroup.rsv_data.peek()), 0, 0, 0, info.qgroup.in_transit};
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

std::span<const sim::Invariant> invariants() { return kInvariants; }

void watch_invariants(sim::Execution& execution, const btrfs_fs_info& info) {
  for (const sim::Invariant& invariant : kInvariants) execution.watch(invariant, &info);
}

}  // namespace kernel::btrfs

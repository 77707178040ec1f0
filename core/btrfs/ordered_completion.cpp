/// fs/btrfs/inode.c: btrfs_finish_one_ordered (btrfs_finish_ordered_io before 2023). Between the
/// end of writeback and the lock_extent below nothing shows that the data of the range is still in
/// flight: a clean folio can be released then.
#include "core/btrfs/ordered_completion.hpp"

#include "core/btrfs/fs_info.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"

namespace kernel::btrfs {
namespace {

/// The qgroup reservation that the extent's record carries on to the commit (7dbeaad0af7d: the
/// ordered extent brought it; before, it was still in the io tree, and whoever had taken the bits
/// away meanwhile had taken the reservation).
u64 reservation_for_record(btrfs_ordered_extent& ordered, ByteRange written) {
  btrfs_fs_info& info = ordered.inode.fs_info;
  if (info.fixes.qgroup_data_owner == QgroupDataOwner::extent_bits)
    return btrfs_qgroup_release_data(ordered.inode, written);
  const u64 carried = ordered.qgroup_rsv.read();
  ordered.qgroup_rsv.write() = 0;
  info.qgroup.in_transit += static_cast<s64>(carried);
  return carried;
}

void finish_nocow(btrfs_ordered_extent& ordered) {
  btrfs_fs_info& info = ordered.inode.fs_info;
  btrfs_join_transaction(info);
  if (info.fixes.qgroup_data_owner == QgroupDataOwner::extent_bits)
    btrfs_qgroup_free_data(ordered.inode, nullptr, ordered.range);
  btrfs_end_transaction(info);
}

void insert_item(btrfs_ordered_extent& ordered, ByteRange written) {
  if (mutant(Mutant::item_at_wrong_offset)) written.start += kPageSize, written.end += kPageSize;
  const u64 shift = mutant(Mutant::item_at_wrong_address) ? kPageSize : 0;
  insert_reserved_file_extent(ordered.inode, written, ordered.disk_bytenr + shift,
                              ordered.range.size());
}

void finish_cow(btrfs_ordered_extent& ordered, ByteRange written) {
  btrfs_inode& inode = ordered.inode;
  btrfs_fs_info& info = inode.fs_info;
  const bool locks = !mutant(Mutant::no_extent_lock_in_completion);
  if (locks) lock_extent(inode.io_tree, ordered.range);
  sim::at<"btrfs_finish_one_ordered:range_locked">();
  const bool early = mutant(Mutant::extent_unlocked_before_item);
  if (early) unlock_extent(inode.io_tree, ordered.range);
  const bool joins = !mutant(Mutant::no_transaction_in_completion);
  if (joins) btrfs_join_transaction(info);
  insert_item(ordered, written);
  info.data_sinfo_in_transit += static_cast<s64>(ordered.range.size());
  ordered.space_moved_on = true;
  const u64 carried = reservation_for_record(ordered, written);
  const u64 reserved = carried - (mutant(Mutant::record_too_small) ? kPageSize : 0);
  btrfs_add_delayed_data_ref(info, ordered.disk_bytenr, ordered.range.size(), reserved);
  info.data_sinfo_in_transit -= static_cast<s64>(ordered.range.size());
  effect("file extent {} inserted, its record carries {} reserved bytes", written, reserved);
  sim::at<"btrfs_finish_one_ordered:record_added">();
  const bool unlocks = locks && !early && !mutant(Mutant::extent_stays_locked);
  if (unlocks) unlock_extent(inode.io_tree, ordered.range);
  if (joins) btrfs_end_transaction(info);
}

/// Nothing of a COW extent got an item: its disk space and its reservation go back.
void give_back(btrfs_ordered_extent& ordered) {
  btrfs_fs_info& info = ordered.inode.fs_info;
  if (!mutant(Mutant::failed_extent_keeps_space))
    btrfs_free_reserved_extent(info, ordered.disk_bytenr, ordered.range.size());
  ordered.space_moved_on = true;
  if (info.fixes.qgroup_data_owner == QgroupDataOwner::extent_bits) return;
  const u64 carried = ordered.qgroup_rsv.read();
  ordered.qgroup_rsv.write() = 0;
  info.qgroup.in_transit += static_cast<s64>(carried);
  if (!mutant(Mutant::failed_extent_keeps_qgroup)) btrfs_qgroup_free_refroot(info, carried);
}

}  // namespace

void finish_ordered_fn(btrfs_ordered_extent& ordered) {
  sim::Frame frame("btrfs_finish_one_ordered");
  u32 flags = 0;
  u64 length = 0;
  {
    sim::spin_guard guard(ordered.inode.ordered_tree_lock, reads(ordered.range));
    flags = ordered.flags.read();
    length = std::min(ordered.range.size(), ordered.truncated_len.read());
  }
  const bool nocow = (flags & BTRFS_ORDERED_NOCOW) != 0;
  const bool failed = (flags & BTRFS_ORDERED_IOERR) != 0;
  if (failed || length == 0) {
    if (!nocow) give_back(ordered);
  } else if (nocow) {
    finish_nocow(ordered);
  } else {
    finish_cow(ordered, range_of(ordered.range.start, length));
  }
  btrfs_remove_ordered_extent(ordered);
}

}  // namespace kernel::btrfs

/// fs/btrfs/qgroup.c, data reservations of one qgroup (the subvolume's). A reserved byte has three
/// homes, one after the other: QGROUP_RESERVED in the io tree, the ordered extent, the extent
/// record of the running transaction; the commit then turns it into referenced bytes.
#pragma once

#include <memory_resource>
#include <vector>

#include "core/btrfs/btrfs_inode.hpp"
#include "sim/ghost.hpp"

namespace kernel::btrfs {

/// A set of byte ranges that one caller reserved, so that it can give back exactly those.
using extent_changeset = std::pmr::vector<ByteRange>;

struct btrfs_qgroup {
  explicit btrfs_qgroup(u64 limit);

  static constexpr u64 kSubvolume = 5;  ///< the id in messages and tracepoints
  static constexpr u64 kNodeSize = 16384;

  sim::spinlock qgroup_lock;
  // Protected by qgroup_lock:
  sim::Guarded<u64, sim::spinlock> rsv_data;  ///< BTRFS_QGROUP_RSV_DATA
  sim::Guarded<u64, sim::spinlock> rfer;      ///< referenced bytes, the tree root's node included
  sim::Guarded<u64, sim::spinlock> max_rfer;  ///< limit; 0: none

  /// Ghost: bytes that a task has taken out of one home and not yet put into the next. Negative
  /// while bits are set and the counter is not yet charged. No part of the modelled kernel.
  sim::Ghost<s64> in_transit{"qgroup in_transit", 0};
};

/// Charges what of `range` is not charged yet; the newly charged ranges are added to `reserved`. 0
/// or -EDQUOT.
int btrfs_qgroup_reserve_data(btrfs_inode& inode, extent_changeset& reserved, ByteRange range);
/// Gives the charge of `range` back (only what is in `reserved`, if given); returns the number of
/// bytes.
u64 btrfs_qgroup_free_data(btrfs_inode& inode, const extent_changeset* reserved, ByteRange range);
/// Takes the charge out of the io tree without giving it back: the caller carries the returned
/// bytes on.
u64 btrfs_qgroup_release_data(btrfs_inode& inode, ByteRange range);
/// Gives `bytes` back that had left the io tree.
void btrfs_qgroup_free_refroot(btrfs_fs_info& info, u64 bytes);
/// A new extent of `bytes` is referenced; `reserved` bytes of the reservation turn into it.
void btrfs_qgroup_account_extent(btrfs_fs_info& info, u64 disk, u64 bytes, u64 reserved);
/// Prints what is still reserved at unmount.
void btrfs_check_quota_leak(btrfs_fs_info& info);

}  // namespace kernel::btrfs

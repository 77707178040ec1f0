/// fs/btrfs/delalloc-space.c: reserving data and metadata for bytes that are about to become dirty.
/// Counters of one buffered write of n bytes: reserve (may_use +n, outstanding +1, csum_bytes +n)
/// -> delalloc set (outstanding +1 per new run) -> extents released (outstanding -1). Metadata
/// space itself is not modelled: its reservation is derived from outstanding_extents and csum_bytes
/// in the kernel, and those two are.
#pragma once

#include "core/btrfs/qgroup.hpp"

namespace kernel::btrfs {

/// Data space and qgroup for the sectors of `range`; 0, -ENOSPC or -EDQUOT, with nothing reserved
/// on error.
int btrfs_check_data_free_space(btrfs_inode& inode, extent_changeset& reserved, ByteRange range);
/// Gives both back (of the qgroup only what is in `reserved`).
void btrfs_free_reserved_data_space(btrfs_inode& inode, const extent_changeset& reserved,
                                    ByteRange range);

/// Number of extents that `bytes` may need.
u64 count_max_extents(u64 bytes);

void btrfs_delalloc_reserve_metadata(btrfs_inode& inode, u64 bytes);
/// The bytes are not going to be written after all.
void btrfs_delalloc_release_metadata(btrfs_inode& inode, u64 bytes);
/// The temporary extent count of the reservation; delalloc or ordered extents have their own by
/// now.
void btrfs_delalloc_release_extents(btrfs_inode& inode, u64 bytes);

}  // namespace kernel::btrfs

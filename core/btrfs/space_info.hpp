/// fs/btrfs/space-info.c, the data space_info: bytes of disk space and who has been promised them.
/// Lifecycle of a byte: free -> may_use (promised, no address) -> reserved (address chosen, no
/// extent item) -> used (extent item exists).
#pragma once

#include "core/lib/byte_range.hpp"
#include "sim/cell.hpp"
#include "sim/sync/spinlock.hpp"

namespace kernel::btrfs {

struct btrfs_fs_info;

struct btrfs_space_info {
  explicit btrfs_space_info(u64 total);

  sim::spinlock lock;
  u64 total_bytes;
  // Protected by lock:
  sim::Guarded<u64, sim::spinlock> bytes_may_use;
  sim::Guarded<u64, sim::spinlock> bytes_reserved;
  sim::Guarded<u64, sim::spinlock> bytes_used;
  sim::Guarded<u64, sim::spinlock>
      free_from;  ///< disk addresses below it are taken; allocation is lowest first
};

/// Promises `bytes`; 0 or -ENOSPC.
int btrfs_reserve_data_bytes(btrfs_fs_info& info, u64 bytes);
/// Takes a promise back.
void btrfs_space_info_free_bytes_may_use(btrfs_fs_info& info, u64 bytes);
/// Turns a promise of `bytes` into disk space; returns its address.
u64 btrfs_reserve_extent(btrfs_fs_info& info, u64 bytes);
/// Disk space that got no extent item is free again.
void btrfs_free_reserved_extent(btrfs_fs_info& info, u64 disk, u64 bytes);
/// The extent item exists now (delayed ref run).
void btrfs_space_info_use_reserved(btrfs_fs_info& info, u64 bytes);

}  // namespace kernel::btrfs

/// fs/btrfs/btrfs_inode.h: what btrfs keeps per file.
/// Lock order, outer to inner: i_rwsem, folio locks (ascending), io_tree LOCKED, transaction,
/// ordered_extent_lock, ordered_tree_lock, inode lock, qgroup_lock. Waiting for an ordered extent
/// is allowed while holding i_rwsem or folio locks, never while holding LOCKED.
#pragma once

#include <map>
#include <memory_resource>

#include "core/btrfs/extent_io_tree.hpp"
#include "core/vfs/inode.hpp"
#include "sim/ghost.hpp"

namespace kernel::btrfs {

struct btrfs_fs_info;
struct btrfs_ordered_extent;

/// A file extent item: bytes [file offset, + num_bytes) of the file stand at `disk`.
struct btrfs_file_extent_item {
  u64 num_bytes;
  u64 disk;  ///< bytes
  u64 disk_num_bytes;
};

struct btrfs_inode : inode {
  btrfs_inode(btrfs_fs_info& info, u64 number, const char* file_name);

  btrfs_fs_info& fs_info;
  bool nodatacow = false;
  bool nodatasum = false;

  extent_io_tree io_tree;

  sim::spinlock ordered_tree_lock;
  /// Protected by ordered_tree_lock: ordered extents by file offset, disjoint.
  sim::Guarded<std::pmr::map<u64, btrfs_ordered_extent*>, sim::spinlock> ordered_tree;

  sim::spinlock lock;
  // Protected by lock:
  sim::Guarded<s64, sim::spinlock> outstanding_extents;
  sim::Guarded<s64, sim::spinlock> delalloc_bytes;
  sim::Guarded<s64, sim::spinlock> csum_bytes;

  /// Ghost: extents counted in outstanding_extents that a task stands for, between reserving
  /// metadata and the delayed allocation or ordered extent that it is for. No part of the modelled
  /// kernel.
  sim::Ghost<s64> extents_in_transit{"extents_in_transit", 0};

  sim::spinlock tree_lock;  ///< stands for the b-tree locks of the file's items
  /// Protected by tree_lock: file extent items by file offset, disjoint.
  sim::Guarded<std::pmr::map<u64, btrfs_file_extent_item>, sim::spinlock> file_extents;
  sim::Guarded<u64, sim::spinlock> disk_i_size;
};

/// What stands at one place of the file.
struct extent_map {
  ByteRange range;  ///< of the file
  bool hole = true;
  u64 disk = 0;  ///< of range.start; 0 for a hole
};

/// The extent at `start`, cut to [start, end): an item or a hole. Looks at items only, so callers
/// hold LOCKED and have waited for ordered extents of the range.
extent_map btrfs_get_extent(btrfs_inode& inode, u64 start, u64 end);

/// Replaces the items of `range` by one.
void insert_reserved_file_extent(btrfs_inode& inode, ByteRange range, u64 disk, u64 disk_num_bytes);
/// Removes the items of `range`; what it cuts off stays allocated until nothing refers to it (not
/// modelled).
void btrfs_drop_extents(btrfs_inode& inode, ByteRange range);

/// Adds to outstanding_extents and csum_bytes in one section.
void btrfs_mod_outstanding_extents(btrfs_inode& inode, s64 extents, s64 checksum_bytes = 0);

}  // namespace kernel::btrfs

/// fs/btrfs/ordered-data.c. An ordered extent stands for data that has a disk address and no file
/// extent item yet. Life: created (bytes_left = num_bytes) -> IO accounted down to 0 -> IO_DONE,
/// queued -> finished by a worker -> removed from the tree, COMPLETE, waiters woken. Waiters wait
/// for COMPLETE, not for IO_DONE: the end of writeback comes first.
#pragma once

#include "core/btrfs/btrfs_inode.hpp"
#include "sim/ghost.hpp"
#include "sim/obligation.hpp"
#include "sim/sync/wait_queue.hpp"

namespace kernel::btrfs {

enum OrderedFlag : u32 {
  BTRFS_ORDERED_REGULAR = 1U << 0,
  BTRFS_ORDERED_NOCOW = 1U << 1,
  BTRFS_ORDERED_DIRECT = 1U << 2,
  BTRFS_ORDERED_IO_DONE = 1U << 3,
  BTRFS_ORDERED_IOERR = 1U << 4,
  BTRFS_ORDERED_TRUNCATED = 1U << 5,
};

inline constexpr u64 kNotTruncated = ~u64{0};

struct btrfs_ordered_extent {
  btrfs_ordered_extent(btrfs_inode& owner, ByteRange file_range, u64 disk, u32 type);

  btrfs_inode& inode;
  const ByteRange range;  ///< of the file
  const u64 disk_bytenr;

  // Protected by the inode's ordered_tree_lock:
  sim::Guarded<u64, sim::spinlock> bytes_left;
  sim::Guarded<u32, sim::spinlock> flags;
  sim::Guarded<u64, sim::spinlock> truncated_len;

  /// Bytes of the qgroup data reservation that it carries; written before it is in the tree,
  /// emptied by its worker.
  sim::Owned<u64> qgroup_rsv;

  /// bytes_reserved no longer counts its disk space through it.
  sim::Ghost<bool> space_moved_on{"space_moved_on", false};

  sim::Marked<bool> complete;  ///< BTRFS_ORDERED_COMPLETE
  sim::wait_queue wait;
  /// Who still has to account bytes, or to finish it: without an owner it would block its waiters
  /// for ever.
  sim::Obligation work;
};

/// Creates it and puts it into the tree. `range` must not overlap another one.
btrfs_ordered_extent& btrfs_alloc_ordered_extent(btrfs_inode& inode, ByteRange range, u64 disk,
                                                 u32 type);

/// The IO of `part` ended (for the folio, if one is given and it is still marked ordered). Queues
/// the completion work with the last byte.
void btrfs_finish_ordered_extent(btrfs_ordered_extent& ordered, folio* page, ByteRange part,
                                 bool uptodate);

/// The first ordered extent that overlaps `range`, or nullptr.
btrfs_ordered_extent* btrfs_lookup_ordered_range(btrfs_inode& inode, ByteRange range);
/// The last one that overlaps `range`.
btrfs_ordered_extent* btrfs_lookup_last_ordered_extent(btrfs_inode& inode, ByteRange range);

/// Starts its writeback (not for direct IO) and waits until it is complete.
void btrfs_start_ordered_extent(btrfs_ordered_extent& ordered);
/// Writes `range` back and waits for its ordered extents; 0 or -EIO.
int btrfs_wait_ordered_range(btrfs_inode& inode, ByteRange range);
/// Waits for every ordered extent of every file.
void btrfs_wait_ordered_roots(btrfs_fs_info& info);

/// Out of the tree, complete, waiters woken.
void btrfs_remove_ordered_extent(btrfs_ordered_extent& ordered);

/// Locks `range` with no ordered extent in it.
void btrfs_lock_and_flush_ordered_range(btrfs_inode& inode, ByteRange range);

/// Flags as tracepoints print them: "REGULAR|DIRECT".
std::string ordered_flag_names(u32 flags);

}  // namespace kernel::btrfs

/// fs/ext4/ext4.h: what ext4 keeps per file. A block is a page.
/// Lock order, outer to inner: i_rwsem, invalidate_lock, jbd2 handle, folio locks (ascending),
/// i_data_sem, then the leaves i_es_lock and i_block_reservation_lock. Writeback begins its handle
/// before it locks folios, and keeps their locks while it waits for i_data_sem.
#pragma once

#include <memory_resource>
#include <set>

#include "core/lib/range_map.hpp"
#include "core/vfs/buffer_head.hpp"
#include "core/vfs/quota.hpp"
#include "sim/ghost.hpp"

namespace kernel::ext4 {

struct ext4_sb_info;
struct ext4_io_end;

using ext4_lblk_t = u64;   ///< block of a file
using ext4_fsblk_t = u64;  ///< block of the disk

/// Parts of the state for invariants.
inline constexpr sim::WatchMask kEsState = 1U << 16;
inline constexpr sim::WatchMask kExtentState = 1U << 17;
inline constexpr sim::WatchMask kReservationState = 1U << 18;
inline constexpr sim::WatchMask kClusterState = 1U << 19;

/// One extent of the tree on disk, at its first block.
struct ext4_extent {
  ext4_fsblk_t pblk;
  bool unwritten;

  ext4_extent advanced(u64 by) const { return {pblk + by, unwritten}; }
  friend bool operator==(const ext4_extent&, const ext4_extent&) = default;
};

enum EsStatus : u8 {
  EXTENT_STATUS_WRITTEN = 1U << 0,
  EXTENT_STATUS_UNWRITTEN = 1U << 1,
  EXTENT_STATUS_DELAYED = 1U << 2,
  EXTENT_STATUS_HOLE = 1U << 3,
};

/// One entry of the extent status tree, at its first block.
struct extent_status {
  u8 status;
  ext4_fsblk_t pblk;  ///< 0 where the status names no block

  bool is_mapped() const {
    return (status & (EXTENT_STATUS_WRITTEN | EXTENT_STATUS_UNWRITTEN)) != 0;
  }
  bool is_written() const { return (status & EXTENT_STATUS_WRITTEN) != 0; }
  bool is_unwritten() const { return (status & EXTENT_STATUS_UNWRITTEN) != 0; }
  bool is_hole() const { return (status & EXTENT_STATUS_HOLE) != 0; }
  bool is_delayed() const { return (status & EXTENT_STATUS_DELAYED) != 0; }
  /// Counted as reserved.
  bool is_delonly() const { return is_delayed() && !is_unwritten(); }

  extent_status advanced(u64 by) const { return {status, is_mapped() ? pblk + by : 0}; }
  friend bool operator==(const extent_status&, const extent_status&) = default;
};

using ExtentTree = RangeMap<ext4_extent>;
using EsTree = RangeMap<extent_status>;

struct ext4_inode_info : inode {
  ext4_inode_info(ext4_sb_info& sbi, u64 number, const char* file_name);

  ext4_sb_info& sb;
  inode_quota quota;

  sim::rw_semaphore i_data_sem;
  // Protected by i_data_sem:
  sim::Guarded<ExtentTree, sim::rw_semaphore> extents;  ///< the tree on disk
  /// Bytes. Changed under i_data_sem; who may have to move it looks without first.
  sim::Marked<u64> i_disksize;

  sim::spinlock i_es_lock;
  // Protected by i_es_lock:
  sim::Guarded<EsTree, sim::spinlock> i_es_tree;
  /// Clusters with a delayed block that need no reservation, as they have a block already.
  sim::Guarded<std::pmr::set<u64>, sim::spinlock> i_pending_tree;

  sim::spinlock i_block_reservation_lock;
  /// Protected by i_block_reservation_lock. Clusters, despite the name.
  sim::Guarded<u64, sim::spinlock> i_reserved_data_blocks;

  sim::spinlock i_completed_io_lock;
  /// Protected by i_completed_io_lock: IO that ended, with extents to be converted.
  sim::Guarded<std::pmr::vector<ext4_io_end*>, sim::spinlock> i_rsv_conversion_list;
  /// Likewise: whom the list is queued for.
  sim::Guarded<sim::TaskId, sim::spinlock> i_rsv_conversion_worker;

  sim::Marked<u32> i_dio_count;
  sim::wait_queue i_dio_wait;

  /// Ghosts: reserved clusters, and blocks of reserved quota, that a task stands for: taken and not
  /// delayed yet, or not delayed any more and not released yet. No part of the modelled kernel.
  sim::Ghost<s64> clusters_in_transit{"clusters_in_transit", 0};
  sim::Ghost<s64> quota_in_transit{"quota_in_transit", 0};
  /// Ghost of the kernels without an extent status tree: delayed blocks, from the step that sets
  /// their Delay bit until they are mapped or thrown away.
  sim::Ghost<std::pmr::set<ext4_lblk_t>> owed;
};

/// WRITE_ONCE of i_disksize. i_data_sem held exclusively. No step where it is that already.
void set_i_disksize(ext4_inode_info& inode, u64 size);

/// The ext4 inode behind a mapping of this filesystem.
inline ext4_inode_info& EXT4_I(inode& file) { return static_cast<ext4_inode_info&>(file); }

/// Bytes of blocks [lblk, lblk + len).
constexpr ByteRange bytes_of(ext4_lblk_t lblk, u64 len) {
  return {lblk << kPageShift, (lblk + len) << kPageShift};
}

}  // namespace kernel::ext4

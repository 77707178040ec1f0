/// fs/btrfs/extent-io-tree.c: which bytes of a file are delayed allocation, which are charged to
/// the qgroup, and which are locked. The LOCKED bit is a range lock of its own here: waiters sleep
/// on it, the other bits never block. In the kernel both stand in one tree under one spinlock; a
/// call there that changes LOCKED and other bits at once is two steps here, the other bits first,
/// while LOCKED is still held.
#pragma once

#include <memory_resource>
#include <optional>
#include <vector>

#include "core/lib/bit_ranges.hpp"
#include "core/lib/byte_range.hpp"
#include "sim/cell.hpp"
#include "sim/sync/range_lock.hpp"
#include "sim/sync/spinlock.hpp"

namespace kernel::btrfs {

struct btrfs_inode;

/// Parts of the state for invariants.
inline constexpr sim::WatchMask kIoTreeState = 1U << 8;
inline constexpr sim::WatchMask kOrderedState = 1U << 9;
inline constexpr sim::WatchMask kQgroupState = 1U << 10;
inline constexpr sim::WatchMask kSpaceState = 1U << 11;
inline constexpr sim::WatchMask kBtrfsInodeState = 1U << 12;
inline constexpr sim::WatchMask kTransactionState = 1U << 13;

enum ExtentBit : u32 {
  EXTENT_DELALLOC =
      1U << 0,  ///< dirty, no disk address yet; data may_use is charged unless NORESERVE
  EXTENT_DELALLOC_NEW = 1U << 1,     ///< and was a hole before
  EXTENT_NORESERVE = 1U << 2,        ///< delayed allocation that reserved metadata only
  EXTENT_QGROUP_RESERVED = 1U << 3,  ///< charged in the qgroup's data reservation
};

inline constexpr u64 kMaxExtentSize = u64{128} << 20;  ///< BTRFS_MAX_EXTENT_SIZE

struct extent_io_tree {
  extent_io_tree(btrfs_inode& owner, const char* file_name);

  btrfs_inode& inode;
  sim::spinlock lock;
  sim::Guarded<BitRanges, sim::spinlock> state;  ///< protected by lock
  sim::range_lock locked;                        ///< EXTENT_LOCKED, in sectors
};

/// Sleeps until all of `range` can be locked. Kernels before October 2022 kept what they had got
/// while sleeping; that is not modelled (docs/FIDELITY.md).
void lock_extent(extent_io_tree& tree, ByteRange range);
void unlock_extent(extent_io_tree& tree, ByteRange range);
/// A look without taking it: is any byte of `range` locked? (test_range_bit)
bool extent_is_locked(extent_io_tree& tree, ByteRange range);

/// Reports a finding unless the running task holds LOCKED on all of `range`. `action`: what it is
/// about to do.
void assert_extent_locked(const extent_io_tree& tree, ByteRange range, const char* action);

/// Sets `bits`; returns the number of bytes that lacked one, and their ranges in `changeset`.
u64 set_record_extent_bits(extent_io_tree& tree, ByteRange range, u32 bits,
                           std::pmr::vector<ByteRange>& changeset);
/// Clears `bits`; returns the number of bytes that had one.
u64 clear_record_extent_bits(extent_io_tree& tree, ByteRange range, u32 bits);

/// Marks `range` as delayed allocation and counts the extents that it will need.
void btrfs_set_extent_delalloc(btrfs_inode& inode, ByteRange range, bool was_hole);

/// What clearing delayed allocation does with the reservations that stand behind it.
enum class DelallocReservation {
  keep,          ///< it goes on as the ordered extent's
  release_data,  ///< data may_use is given back, metadata goes on (NOCOW: no new space needed)
  release_all,   ///< EXTENT_DO_ACCOUNTING
};

/// Clears DELALLOC (and DELALLOC_NEW) on `range`; returns how many bytes had it.
u64 btrfs_clear_delalloc(btrfs_inode& inode, ByteRange range, DelallocReservation reservation);

/// The first run of delayed allocation at or after `from`, cut to start there. Nothing in it is
/// locked or held.
std::optional<ByteRange> find_delalloc_range(extent_io_tree& tree, u64 from);
/// Is all of `range` delayed allocation?
bool is_delalloc(extent_io_tree& tree, ByteRange range);

}  // namespace kernel::btrfs

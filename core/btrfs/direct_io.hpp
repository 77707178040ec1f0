/// fs/btrfs/direct-io.c: direct writes, in the two ways that they were done (f85781fb505e).
#pragma once

#include "core/btrfs/delalloc_space.hpp"
#include "core/btrfs/ordered_data.hpp"

namespace kernel::btrfs {

/// A direct write with its fall-back to buffered; bytes written or a negative errno.
s64 btrfs_direct_write(kiocb& iocb, iov_iter& from);

/// The direct part over generic_file_direct_write and blockdev_direct_IO (before Linux 5.10).
/// i_rwsem held exclusively. Returns bytes written; 0 or fewer than asked: the rest is to be
/// written buffered; negative: an error.
s64 generic_file_direct_write(btrfs_inode& inode, kiocb& iocb, iov_iter& from);

/// The direct part over iomap (Linux 5.10 and later). Returns likewise.
s64 iomap_direct_write(btrfs_inode& inode, kiocb& iocb, iov_iter& from);

/// Locks `range` for direct IO with neither an ordered extent nor a cached folio in it; 0, or
/// -ENOTBLK where folios will not go.
int lock_extent_direct(btrfs_inode& inode, ByteRange range);

/// One mapping of a direct write and what was reserved for it.
struct dio_mapping {
  ByteRange range;
  btrfs_ordered_extent* ordered = nullptr;
};

/// btrfs_create_dio_extent for the extent at range.start: NOCOW where it may be overwritten, else
/// new disk space. The mapping may be shorter than `range`. The range is locked.
dio_mapping btrfs_get_blocks_direct_write(btrfs_inode& inode, ByteRange range);

/// Sends the data of a mapping to the disk; `dio` collects the ends of its bios. References are
/// counted as fs/iomap/direct-io.c does it; fs/direct-io.c counts and wakes in one spinlock
/// section, which is one of the orders that this has.
struct dio_completion {
  explicit dio_completion(const char* file_name);

  sim::Obligation work;
  sim::Marked<u32> ref;  ///< bios that have not ended, and one for the submitter
  sim::Marked<int> error;
  sim::wait_queue waiter;
};

void submit_dio_bios(btrfs_inode& inode, const dio_mapping& mapping, const iov_iter& from,
                     dio_completion& dio);
/// Waits for all bios; 0 or the first error.
int wait_for_dio(dio_completion& dio);

}  // namespace kernel::btrfs

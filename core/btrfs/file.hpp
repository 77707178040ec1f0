/// fs/btrfs/file.c.
#pragma once

#include "core/btrfs/btrfs_inode.hpp"

namespace kernel::btrfs {

/// Writes through the page cache, a chunk at a time. i_rwsem held exclusively. Bytes written or a
/// negative errno.
s64 btrfs_buffered_write(kiocb& iocb, iov_iter& from);

/// Drops the items between the two sizes and zeroes the rest of the last block. The folios there
/// are gone already; i_rwsem held exclusively. 0, or the error of reserving space for that block.
int btrfs_truncate(btrfs_inode& inode, u64 size, u64 old_size);

}  // namespace kernel::btrfs

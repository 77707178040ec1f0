/// Direct IO of ext4: fs/ext4/file.c, fs/iomap/direct-io.c.
#pragma once

#include "core/ext4/ext4_inode.hpp"

namespace kernel::ext4 {

/// Whole blocks. Bytes written, -ENOTBLK (write it buffered), or another negative errno.
s64 ext4_dio_write_iter(ext4_inode_info& inode, kiocb& iocb, iov_iter& from);
/// Bytes read; what is read nobody looks at.
s64 ext4_dio_read_iter(ext4_inode_info& inode, ByteRange range);

/// Sleeps until no direct IO is under way. i_rwsem held exclusively, so none begins.
void inode_dio_wait(ext4_inode_info& inode);

}  // namespace kernel::ext4

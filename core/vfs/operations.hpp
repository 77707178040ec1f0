/// The seams between system calls and filesystems, with the kernel's hook names. Sources:
/// include/linux/fs.h.
#pragma once

#include "core/kernel/errno.hpp"
#include "core/vfs/page_fault.hpp"

namespace kernel {

/// Bits of fallocate's mode; none: allocate.
enum FallocateMode : u32 {
  FALLOC_FL_KEEP_SIZE = 1U << 0,
  FALLOC_FL_PUNCH_HOLE = 1U << 1,
  FALLOC_FL_ZERO_RANGE = 1U << 4,
};

struct file_operations {
  /// Bytes written or a negative errno.
  virtual s64 write_iter(kiocb& iocb, iov_iter& from) = 0;
  virtual int fsync(inode& inode) = 0;
  /// truncate(2)
  virtual int setattr_size(inode& inode, u64 size) = 0;
  virtual int fallocate(inode&, u32 /*mode*/, ByteRange) { return -EOPNOTSUPP; }
  /// Bytes read or a negative errno; what is read nobody looks at.
  virtual s64 read_iter(kiocb&, u64 /*count*/) { return -EOPNOTSUPP; }
  /// What a mapping of the file calls; nullptr where files cannot be mapped.
  virtual vm_operations_struct* mmap() { return nullptr; }

 protected:
  ~file_operations() = default;
};

struct super_operations {
  virtual int sync_fs() = 0;
  virtual void evict_inode(inode& inode) = 0;
  virtual void put_super() = 0;

 protected:
  ~super_operations() = default;
};

}  // namespace kernel

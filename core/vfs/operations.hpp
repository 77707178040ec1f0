/// The seams between system calls and filesystems, with the kernel's hook names. Sources:
/// include/linux/fs.h.
#pragma once

#include "core/vfs/inode.hpp"

namespace kernel {

struct file_operations {
  /// Bytes written or a negative errno.
  virtual s64 write_iter(kiocb& iocb, iov_iter& from) = 0;
  virtual int fsync(inode& inode) = 0;
  /// truncate(2)
  virtual int setattr_size(inode& inode, u64 size) = 0;

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

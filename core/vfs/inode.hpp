/// Inodes, open files and what a system call brings along. Sources: include/linux/fs.h, fs/inode.c,
/// fs/read_write.c.
#pragma once

#include "core/mm/address_space.hpp"
#include "sim/sync/rw_semaphore.hpp"

namespace kernel {

/// Part of the state for invariants.
inline constexpr sim::WatchMask kInodeState = 1U << 1;

struct inode {
  inode(u64 number, const char* file_name, address_space_operations& operations);

  const u64 i_ino;
  const char* name;  ///< of the file, for reports
  address_space i_data;

  sim::rw_semaphore i_rwsem;
  /// i_size_read needs no lock; writers hold i_rwsem exclusively.
  sim::Marked<u64> i_size;
};

/// Where the user's data comes from: which write call, and which part of it is still to be written.
struct iov_iter {
  WriteIdentity source;
  u64 count = 0;  ///< bytes left
};

struct kiocb {
  inode& ki_inode;
  u64 ki_pos = 0;  ///< bytes
  bool direct = false;
  bool dsync = false;
};

}  // namespace kernel

/// One mounted btrfs: fs/btrfs/fs.h.
#pragma once

#include <memory_resource>
#include <vector>

#include "core/block/block_device.hpp"
#include "core/btrfs/fixes.hpp"
#include "core/btrfs/qgroup.hpp"
#include "core/btrfs/space_info.hpp"
#include "core/btrfs/transaction.hpp"
#include "core/vfs/operations.hpp"
#include "sim/ghost.hpp"
#include "sim/sync/workqueue.hpp"

namespace kernel::btrfs {

/// The numbers of a scenario's `fs` block.
struct Parameters {
  u64 data_total = u64{1} << 30;  ///< bytes of the data space_info
  u64 qgroup_limit = 0;           ///< bytes; 0: none
  u64 reserve_chunk = 1;          ///< pages that a buffered write reserves at a time
  u64 bio_pages = 256;            ///< largest bio
  bool bio_errors = false;        ///< completions choose between success and -EIO
};

class Operations;

struct btrfs_fs_info {
  btrfs_fs_info(Operations& operations, const Parameters& parameters, const Fixes& variants);

  Operations& operations;
  const Parameters params;
  const Fixes fixes;

  block_device device;
  btrfs_space_info data_sinfo;
  btrfs_qgroup qgroup;
  btrfs_transaction transaction;
  sim::workqueue endio_write_workers;

  /// Ghost: bytes of allocated disk space between two of the homes that `bytes_reserved` counts
  /// (ordered extent without an item, delayed ref). No part of the modelled kernel.
  sim::Ghost<s64> data_sinfo_in_transit{"data_sinfo_in_transit", 0};
  /// Ghost: bytes counted in `bytes_may_use` that a task stands for: promised to it, and not yet
  /// delayed allocation, disk space or given back. Negative while a task has the disk space and the
  /// range is still delayed allocation.
  sim::Ghost<s64> may_use_in_transit{"may_use_in_transit", 0};

  std::pmr::vector<btrfs_inode*> inodes;  ///< fixed once setup is done
};

/// The hooks through which vfs/ and mm/ call btrfs.
class Operations final : public address_space_operations,
                         public file_operations,
                         public super_operations {
 public:
  void mount(btrfs_fs_info& info) { info_ = &info; }

  int writepages(address_space& mapping, writeback_control& wbc) override;
  bool release_folio(folio& folio) override;
  void invalidate_folio(folio& folio) override;

  s64 write_iter(kiocb& iocb, iov_iter& from) override;
  int fsync(inode& inode) override;
  int setattr_size(inode& inode, u64 size) override;

  int sync_fs() override;
  void evict_inode(inode& inode) override;
  void put_super() override;

 private:
  btrfs_fs_info* info_ = nullptr;
};

/// The btrfs inode behind a mapping of this filesystem.
btrfs_inode& inode_of(address_space& mapping);

}  // namespace kernel::btrfs

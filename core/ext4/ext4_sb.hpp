/// One mounted ext4: struct ext4_sb_info of fs/ext4/ext4.h, and the hooks through which vfs/ and
/// mm/ call ext4.
#pragma once

#include <memory_resource>
#include <vector>

#include "core/block/block_device.hpp"
#include "core/ext4/ext4_inode.hpp"
#include "core/ext4/fixes.hpp"
#include "core/vfs/operations.hpp"
#include "sim/ghost.hpp"
#include "sim/sync/workqueue.hpp"

namespace kernel::ext4 {

/// The numbers of a scenario's `fs` block.
struct Parameters {
  u64 cluster_ratio = 1;       ///< blocks per cluster; more than one: bigalloc
  u64 clusters = 1024;         ///< of the whole filesystem
  u64 bio_pages = 256;         ///< largest bio
  bool dioread_nolock = true;  ///< writeback allocates unwritten extents and converts them later
};

class Operations;

struct ext4_sb_info {
  ext4_sb_info(Operations& operations, const Parameters& parameters, const Fixes& variants);

  u64 ratio() const { return params.cluster_ratio; }
  u64 cluster_of(u64 block) const { return block / ratio(); }  ///< EXT4_B2C

  Operations& operations;
  const Parameters params;
  const Fixes fixes;

  block_device device;
  dquot quota;

  /// Stands for the per-CPU counters' own locking.
  sim::spinlock s_clusters_lock;
  // Protected by s_clusters_lock. Clusters.
  sim::Guarded<s64, sim::spinlock> s_freeclusters_counter;   ///< not marked in the bitmap
  sim::Guarded<s64, sim::spinlock> s_dirtyclusters_counter;  ///< promised

  sim::spinlock group_lock;
  // Protected by group_lock:
  sim::Guarded<std::pmr::set<u64>, sim::spinlock> bitmap;  ///< clusters that may not be taken
  /// Clusters that are free once the transaction that freed them is committed.
  sim::Guarded<std::pmr::vector<u64>, sim::spinlock> freed_in_transaction;

  /// Handles share it, a commit has it to itself: a commit waits for the handles of its
  /// transaction, and new handles wait while it does.
  sim::rw_semaphore j_barrier;
  /// Protected by j_barrier: which one it is. A handle looks, a commit begins the next.
  sim::Guarded<u32, sim::rw_semaphore> j_running_transaction;
  sim::workqueue rsv_conversion_wq;

  /// Ghosts, in clusters. No part of the modelled kernel.
  /// Promised to an allocation that is under way.
  sim::Ghost<s64> claimed_in_transit{"claimed_in_transit", 0};
  /// Marked in the bitmap, not in an extent tree; negative: removed.
  sim::Ghost<s64> allocated_in_transit{"allocated_in_transit", 0};
  /// Ghost: blocks that a bio has filled since they were last made unwritten.
  sim::Ghost<std::pmr::set<ext4_fsblk_t>> data_on_disk;

  std::pmr::vector<ext4_inode_info*> inodes;  ///< fixed once setup is done
};

/// The hooks through which vfs/ and mm/ call ext4.
class Operations final : public address_space_operations,
                         public file_operations,
                         public super_operations,
                         public vm_operations_struct {
 public:
  void mount(ext4_sb_info& sb) { sb_ = &sb; }

  int writepages(address_space& mapping, writeback_control& wbc) override;
  int read_folio(folio& page) override;
  bool release_folio(folio& page) override;
  void invalidate_folio(folio& page) override;

  s64 write_iter(kiocb& iocb, iov_iter& from) override;
  int fsync(inode& file) override;
  int setattr_size(inode& file, u64 size) override;
  s64 read_iter(kiocb& iocb, u64 count) override;
  int fallocate(inode& file, u32 mode, ByteRange range) override;
  vm_operations_struct* mmap() override { return this; }

  int page_mkwrite(folio& page) override;

  int sync_fs() override;
  void evict_inode(inode& file) override;
  void put_super() override;

 private:
  ext4_sb_info* sb_ = nullptr;
};

/// A handle of the running transaction, from start to stop. Start blocks while a commit waits for
/// handles.
void ext4_journal_start(ext4_sb_info& sb);
void ext4_journal_stop(ext4_sb_info& sb);

/// jbd2_journal_commit_transaction, as far as others notice it.
void ext4_commit_transaction(ext4_sb_info& sb);

/// The filesystem that an invariant of the whole is asked about.
inline const ext4_sb_info& ext4_sb_of(const void* model) {
  return *static_cast<const ext4_sb_info*>(model);
}

}  // namespace kernel::ext4

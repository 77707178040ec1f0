/// fs/btrfs/transaction.c and delayed-ref.c as far as data extents need them. Writers join the
/// running transaction (shared); the commit waits for them and keeps new ones out (exclusive, and
/// fair to the commit).
#pragma once

#include <memory_resource>
#include <vector>

#include "core/btrfs/btrfs_inode.hpp"
#include "sim/sync/rw_semaphore.hpp"

namespace kernel::btrfs {

/// The third home of a qgroup reservation: one new data extent of the running transaction.
struct btrfs_qgroup_extent_record {
  u64 bytenr;
  u64 num_bytes;
  u64 data_rsv;
};

struct btrfs_transaction {
  btrfs_transaction();

  sim::rw_semaphore num_writers;  ///< joined: shared; committing: exclusive
  sim::spinlock delayed_refs_lock;
  /// Protected by delayed_refs_lock: in order of disk address.
  sim::Guarded<std::pmr::vector<btrfs_qgroup_extent_record>, sim::spinlock> records;
};

void btrfs_join_transaction(btrfs_fs_info& info);
void btrfs_end_transaction(btrfs_fs_info& info);
/// Queues the reference of a new data extent; `reserved` bytes of qgroup reservation come along.
void btrfs_add_delayed_data_ref(btrfs_fs_info& info, u64 disk, u64 bytes, u64 reserved);
/// Runs delayed refs, accounts qgroups, and starts the next transaction.
void btrfs_commit_transaction(btrfs_fs_info& info);

}  // namespace kernel::btrfs

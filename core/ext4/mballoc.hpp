/// fs/ext4/mballoc.c in small: clusters of the disk, the lowest free one first. A freed cluster is
/// taken again only after the transaction that freed it is committed.
#pragma once

#include "core/ext4/ext4_inode.hpp"

namespace kernel::ext4 {

/// Clusters that lie one behind the other on the disk.
struct cluster_run {
  u64 first = 0;
  u64 count = 0;  ///< 0: no space
};

/// Up to `wanted` clusters, at least one if there is any. `delalloc_reserved`: they are promised
/// to delayed blocks already, space and quota; else both are taken here. i_data_sem held
/// exclusively.
cluster_run ext4_mb_new_blocks(ext4_inode_info& inode, u64 wanted, bool delalloc_reserved);

/// Gives a cluster back. `rereserve`: it goes on as a promise to delayed blocks of its logical
/// cluster, whose quota and space stay theirs.
void ext4_free_cluster(ext4_inode_info& inode, u64 cluster, bool rereserve);

}  // namespace kernel::ext4

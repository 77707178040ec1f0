/// fs/ext4/inode.c: reserving clusters and quota for delayed blocks. One delayed cluster is counted
/// three times: in i_reserved_data_blocks and s_dirtyclusters_counter (clusters) and in the quota's
/// reservation (blocks).
/// reserve (+1, +1, +R) -> blocks are allocated -> settle (-1, -1, reserved quota becomes charged)
///                      -> thrown away          -> release (-1, -1, -R)
#pragma once

#include "core/ext4/ext4_inode.hpp"

namespace kernel::ext4 {

/// One cluster; 0 or -ENOSPC with nothing reserved. i_data_sem held exclusively.
int ext4_da_reserve_space(ext4_inode_info& inode);
/// `clusters` will not be written.
void ext4_da_release_space(ext4_inode_info& inode, u64 clusters);
/// `clusters` have blocks now. `quota_claim`: the reserved quota becomes charged; else it is given
/// back, as the allocation has charged its own. i_data_sem held exclusively.
void ext4_da_update_reserve_space(ext4_inode_info& inode, u64 clusters, bool quota_claim);

/// Promises so many clusters, if there are that many that nobody was promised.
bool ext4_claim_free_clusters(ext4_sb_info& sb, u64 clusters);

}  // namespace kernel::ext4

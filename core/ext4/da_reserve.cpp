#include "core/ext4/da_reserve.hpp"

#include "core/ext4/ext4_sb.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"

namespace kernel::ext4 {

bool ext4_claim_free_clusters(ext4_sb_info& sb, u64 clusters) {
  spin_guard_unless guard(Mutant::no_clusters_lock, sb.s_clusters_lock);
  const auto wanted = static_cast<s64>(clusters);
  if (sb.s_freeclusters_counter.read() - sb.s_dirtyclusters_counter.read() < wanted) return false;
  sb.s_dirtyclusters_counter.write() += wanted;
  return true;
}

int ext4_da_reserve_space(ext4_inode_info& inode) {
  sim::Frame frame("ext4_da_reserve_space");
  ext4_sb_info& sb = inode.sb;
  const auto blocks = static_cast<s64>(sb.ratio());
  dquot_reserve_block(inode.quota, blocks);
  inode.quota_in_transit += blocks;
  {
    sim::spin_guard guard(inode.i_block_reservation_lock);
    if (ext4_claim_free_clusters(sb, 1)) {
      inode.i_reserved_data_blocks.write() += 1;
      inode.quota_in_transit -= blocks;
      trace("ext4_da_reserve_space", "ino {} reserved_data_blocks {}", inode.i_ino,
            inode.i_reserved_data_blocks.read());
      effect("i_reserved_data_blocks is {}", inode.i_reserved_data_blocks.read());
      return 0;
    }
  }
  if (!mutant(Mutant::enospc_keeps_quota)) dquot_release_reservation_block(inode.quota, blocks);
  inode.quota_in_transit -= blocks;
  return -ENOSPC;
}

void ext4_da_release_space(ext4_inode_info& inode, u64 clusters) {
  sim::Frame frame("ext4_da_release_space");
  ext4_sb_info& sb = inode.sb;
  {
    sim::spin_guard guard(inode.i_block_reservation_lock);
    u64& reserved = inode.i_reserved_data_blocks.write();
    trace("ext4_da_release_space", "ino {} freed_blocks {} reserved_data_blocks {}", inode.i_ino,
          clusters, reserved);
    inode.clusters_in_transit -= static_cast<s64>(clusters);
    if (clusters > reserved) {
      warn("ext4_da_release_space",
           fmt::format("EXT4-fs (disk): ext4_da_release_space: ino {}, to_free {} with only {} "
                       "reserved data blocks",
                       inode.i_ino, clusters, reserved));
      clusters = reserved;
    }
    reserved -= clusters;
    inode.quota_in_transit += static_cast<s64>(clusters * sb.ratio());
    sim::spin_guard counters(sb.s_clusters_lock, kAdds);
    sb.s_dirtyclusters_counter.write() -= static_cast<s64>(clusters);
    effect("i_reserved_data_blocks is {}", reserved);
  }
  const auto blocks = static_cast<s64>(clusters * sb.ratio());
  if (!mutant(Mutant::release_keeps_quota)) dquot_release_reservation_block(inode.quota, blocks);
  inode.quota_in_transit -= blocks;
}

void ext4_da_update_reserve_space(ext4_inode_info& inode, u64 clusters, bool quota_claim) {
  sim::Frame frame("ext4_da_update_reserve_space");
  ext4_sb_info& sb = inode.sb;
  {
    sim::spin_guard guard(inode.i_block_reservation_lock);
    u64& reserved = inode.i_reserved_data_blocks.write();
    trace("ext4_da_update_reserve_space",
          "ino {} used_blocks {} reserved_data_blocks {} quota_claim {}", inode.i_ino, clusters,
          reserved, quota_claim ? 1 : 0);
    if (clusters > reserved) {
      warn("ext4_da_update_reserve_space",
           fmt::format("EXT4-fs (disk): ext4_da_update_reserve_space: ino {}, used {} with only "
                       "{} reserved data blocks",
                       inode.i_ino, clusters, reserved));
      clusters = reserved;
    }
    reserved -= clusters;
    inode.quota_in_transit += static_cast<s64>(clusters * sb.ratio());
    sim::spin_guard counters(sb.s_clusters_lock, kAdds);
    if (!mutant(Mutant::settled_stays_dirty))
      sb.s_dirtyclusters_counter.write() -= static_cast<s64>(clusters);
    effect("i_reserved_data_blocks is {}", reserved);
  }
  const auto blocks = static_cast<s64>(clusters * sb.ratio());
  if (quota_claim) {
    dquot_claim_block(inode.quota, blocks);
  } else {
    dquot_release_reservation_block(inode.quota, blocks);
  }
  inode.quota_in_transit -= blocks;
}

}  // namespace kernel::ext4

#include "core/ext4/mballoc.hpp"

#include "core/ext4/da_reserve.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"

namespace kernel::ext4 {
namespace {

/// ext4_mb_mark_diskspace_used: the bitmap, and what the counters say about it.
cluster_run mark_diskspace_used(ext4_sb_info& sb, u64 wanted, bool delalloc_reserved) {
  spin_guard_unless guard(Mutant::no_group_lock, sb.group_lock);
  auto& used = sb.bitmap.write();
  cluster_run run;
  for (u64 cluster = 0; cluster < sb.params.clusters && run.count < wanted; ++cluster) {
    const bool taken = used.count(cluster) != 0;
    if (!taken && run.count == 0) run.first = cluster;
    if (!taken) ++run.count;
    if (taken && run.count != 0) break;
  }
  for (u64 i = 0; i < run.count && !mutant(Mutant::cluster_not_marked); ++i)
    used.insert(run.first + i);
  const auto count = static_cast<s64>(run.count);
  sb.allocated_in_transit += count;
  sim::spin_guard counters(sb.s_clusters_lock, kAdds);
  if (!mutant(Mutant::allocated_stays_free)) sb.s_freeclusters_counter.write() -= count;
  if (!delalloc_reserved && !mutant(Mutant::allocation_keeps_claim)) {
    sb.s_dirtyclusters_counter.write() -= static_cast<s64>(wanted);
    sb.claimed_in_transit -= static_cast<s64>(wanted);
  }
  return run;
}

/// ext4_rereserve_cluster: delayed blocks of a cluster that loses its place on disk need a promise
/// of their own again.
void rereserve_cluster(ext4_inode_info& inode) {
  ext4_sb_info& sb = inode.sb;
  dquot_reclaim_block(inode.quota, static_cast<s64>(sb.ratio()));
  sim::spin_guard guard(inode.i_block_reservation_lock);
  inode.i_reserved_data_blocks.write() += 1;
  sim::spin_guard counters(sb.s_clusters_lock, kAdds);
  sb.s_dirtyclusters_counter.write() += 1;
}

}  // namespace

cluster_run ext4_mb_new_blocks(ext4_inode_info& inode, u64 wanted, bool delalloc_reserved) {
  sim::Frame frame("ext4_mb_new_blocks");
  ext4_sb_info& sb = inode.sb;
  const auto blocks = [&sb](u64 clusters) { return static_cast<s64>(clusters * sb.ratio()); };
  if (!delalloc_reserved) {
    while (!ext4_claim_free_clusters(sb, wanted)) {
      wanted /= 2;
      if (wanted == 0) return {};
    }
    sb.claimed_in_transit += static_cast<s64>(wanted);
    sim::at<"ext4_mb_new_blocks:claimed">();
    dquot_alloc_block(inode.quota, blocks(wanted));
  }
  const cluster_run run = mark_diskspace_used(sb, wanted, delalloc_reserved);
  if (!delalloc_reserved && run.count < wanted)
    dquot_free_block(inode.quota, blocks(wanted - run.count));
  sim::at<"ext4_mb_new_blocks:marked">();
  effect("clusters [{}, {}) allocated", run.first, run.first + run.count);
  return run;
}

void ext4_free_cluster(ext4_inode_info& inode, u64 cluster, bool rereserve) {
  sim::Frame frame("ext4_free_blocks");
  ext4_sb_info& sb = inode.sb;
  const auto blocks = static_cast<s64>(sb.ratio());
  if (rereserve) rereserve_cluster(inode);
  {
    sim::spin_guard guard(sb.group_lock);
    sb.freed_in_transaction.write().push_back(cluster);
    sb.allocated_in_transit -= 1;
    sim::spin_guard counters(sb.s_clusters_lock, kAdds);
    sb.s_freeclusters_counter.write() += 1;
  }
  if (!rereserve && !mutant(Mutant::freed_cluster_stays_charged))
    dquot_free_block(inode.quota, blocks);
  effect("cluster {} freed", cluster);
}

void ext4_journal_start(ext4_sb_info& sb) {
  sb.j_barrier.down_read();
  static_cast<void>(sb.j_running_transaction.read());  // handle->h_transaction
}

void ext4_journal_stop(ext4_sb_info& sb) { sb.j_barrier.up_read(); }

void ext4_commit_transaction(ext4_sb_info& sb) {
  sim::Frame frame("jbd2_journal_commit_transaction");
  const bool waits = !mutant(Mutant::no_journal_barrier);
  if (waits) sb.j_barrier.down_write();
  {
    sim::spin_guard guard(sb.group_lock);
    for (const u64 cluster : sb.freed_in_transaction.read()) sb.bitmap.write().erase(cluster);
    sb.freed_in_transaction.write().clear();
  }
  sb.j_running_transaction.write() += 1;
  if (waits) sb.j_barrier.up_write();
}

}  // namespace kernel::ext4

#include "core/ext4/check.hpp"

#include <array>
#include <vector>

#include "core/ext4/delalloc_buffers.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/extents.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {
namespace {

const ext4_inode_info& file(const void* model) {
  return *static_cast<const ext4_inode_info*>(model);
}

/// Calls `visit(cluster)` once for each cluster with a delayed block that counts as reserved.
template <class Visit>
void for_each_delayed_cluster(const ext4_inode_info& inode, Visit visit) {
  const u64 ratio = inode.sb.ratio();
  u64 counted_to = 0;
  inode.i_es_tree.peek().for_each(0, kMaxBlocks, [&](const EsTree::Run& run) {
    if (!run.value.is_delonly()) return;
    for (u64 cluster = std::max(run.start / ratio, counted_to); cluster * ratio < run.end;
         ++cluster) {
      counted_to = cluster + 1;
      visit(cluster);
    }
  });
}

/// I3: a reserved cluster has a delayed block and no block on disk.
std::int64_t reservation_difference(const void* model) {
  const ext4_inode_info& inode = file(model);
  s64 needed = inode.clusters_in_transit.peek();
  if (delayed_by_buffers(inode)) {
    u64 counted_to = 0;
    for (const ext4_lblk_t block : inode.owed.peek()) {
      const u64 cluster = inode.sb.cluster_of(block);
      if (cluster >= counted_to) ++needed;
      counted_to = cluster + 1;
    }
  }
  for_each_delayed_cluster(inode, [&](u64 cluster) {
    if (inode.sb.ratio() == 1 || !has_block(inode.extents.peek(), inode.sb.ratio(), cluster))
      ++needed;
  });
  return static_cast<s64>(inode.i_reserved_data_blocks.peek()) - needed;
}

std::string describe_reservation(const void* model, std::int64_t value) {
  return fmt::format(
      "inode {}: i_reserved_data_blocks is {}, {} more than delayed clusters without a block",
      file(model).i_ino, file(model).i_reserved_data_blocks.peek(), value);
}

/// I3: a pending cluster has a delayed block and a block on disk.
std::int64_t pending_difference(const void* model) {
  const ext4_inode_info& inode = file(model);
  const auto& pending = inode.i_pending_tree.peek();
  if (inode.sb.ratio() == 1) return static_cast<s64>(pending.size());
  s64 wrong = static_cast<s64>(pending.size());
  for_each_delayed_cluster(inode, [&](u64 cluster) {
    if (!has_block(inode.extents.peek(), inode.sb.ratio(), cluster)) return;
    wrong += pending.count(cluster) != 0 ? -1 : 1;
  });
  return wrong;
}

std::string describe_pending(const void* model, std::int64_t value) {
  return fmt::format(
      "inode {}: {} clusters are pending without need or should be pending and are not",
      file(model).i_ino, value);
}

/// I4: what is cached is what the disk says.
std::int64_t status_disagrees(const void* model) {
  const ext4_inode_info& inode = file(model);
  const ExtentTree& disk = inode.extents.peek();
  s64 wrong = 0;
  inode.i_es_tree.peek().for_each(0, kMaxBlocks, [&](const EsTree::Run& run) {
    if (!run.value.is_mapped()) {
      disk.for_each(run.start, run.end, [&](const ExtentTree::Run& extent) {
        wrong += static_cast<s64>(extent.end - extent.start);
      });
      return;
    }
    s64 right = 0;
    disk.for_each(run.start, run.end, [&](const ExtentTree::Run& extent) {
      const ext4_extent cached{run.value.advanced(extent.start - run.start).pblk,
                               run.value.is_unwritten()};
      if (extent.value == cached) right += static_cast<s64>(extent.end - extent.start);
    });
    wrong += static_cast<s64>(run.end - run.start) - right;
  });
  return wrong;
}

std::string describe_status(const void* model, std::int64_t value) {
  return fmt::format("inode {}: the extent status of {} blocks contradicts the disk",
                     file(model).i_ino, value);
}

/// I1: one disk cluster for one logical cluster, at the same offset in it.
std::int64_t blocks_misplaced(const void* model) {
  const ext4_inode_info& inode = file(model);
  const u64 ratio = inode.sb.ratio();
  s64 wrong = 0;
  u64 last_cluster = kMaxBlocks;
  u64 last_disk_cluster = 0;
  inode.extents.peek().for_each(0, kMaxBlocks, [&](const ExtentTree::Run& run) {
    if (run.start % ratio != run.value.pblk % ratio) ++wrong;
    const u64 cluster = run.start / ratio;
    if (cluster == last_cluster && run.value.pblk / ratio != last_disk_cluster) ++wrong;
    last_cluster = (run.end - 1) / ratio;
    last_disk_cluster = run.value.advanced(run.end - 1 - run.start).pblk / ratio;
  });
  for (const ext4_inode_info* other : inode.sb.inodes) {
    inode.extents.peek().for_each(0, kMaxBlocks, [&](const ExtentTree::Run& mine) {
      const u64 first = mine.value.pblk / ratio;
      const u64 last = mine.value.advanced(mine.end - 1 - mine.start).pblk / ratio;
      other->extents.peek().for_each(0, kMaxBlocks, [&](const ExtentTree::Run& theirs) {
        const u64 their_first = theirs.value.pblk / ratio;
        const u64 their_last = theirs.value.advanced(theirs.end - 1 - theirs.start).pblk / ratio;
        const bool same_place = other == &inode && mine.start / ratio <= (theirs.end - 1) / ratio &&
                                theirs.start / ratio <= (mine.end - 1) / ratio;
        if (!same_place && first <= their_last && their_first <= last) ++wrong;
      });
    });
  }
  return wrong;
}

std::string describe_misplaced(const void* model, std::int64_t value) {
  return fmt::format("inode {}: {} extents share a cluster of the disk that they must not share",
                     file(model).i_ino, value);
}

/// I6: charged is what is on disk, reserved is what i_reserved_data_blocks counts.
std::int64_t quota_difference(const void* model) {
  const ext4_inode_info& inode = file(model);
  const auto ratio = static_cast<s64>(inode.sb.ratio());
  const s64 charged = inode.quota.i_blocks.peek() - ratio * static_cast<s64>(clusters_owned(inode));
  const s64 reserved = inode.quota.i_reserved_quota.peek() - inode.quota_in_transit.peek() -
                       ratio * static_cast<s64>(inode.i_reserved_data_blocks.peek());
  return std::abs(charged) + std::abs(reserved);
}

std::string describe_quota(const void* model, std::int64_t) {
  const ext4_inode_info& inode = file(model);
  return fmt::format(
      "inode {}: quota of {} blocks is charged for {} clusters, {} blocks are reserved for {}",
      inode.i_ino, inode.quota.i_blocks.peek(), clusters_owned(inode),
      inode.quota.i_reserved_quota.peek(), inode.i_reserved_data_blocks.peek());
}

/// I7: a block that writeback takes for delayed is reserved or has its place; one that it takes for
/// unwritten has a place. Who holds the folio's lock may be on the way there.
std::int64_t buffers_without_block(const void* model) {
  const ext4_inode_info& inode = file(model);
  if (delayed_by_buffers(inode)) return 0;
  s64 wrong = 0;
  for (const auto& [index, page] : inode.i_data.i_pages.peek()) {
    const buffer_head* const bh = page->buffers.peek();
    if (bh == nullptr || page->lock.is_locked()) continue;
    if (inode.extents.peek().find(index)) continue;
    const u32 state = bh->b_state.peek() | bh->b_delay.peek();
    const auto es = inode.i_es_tree.peek().find(index);
    const bool delayed = es && es->value.is_delayed();
    const bool to_be_written = (state & BH_Delay) != 0 && (state & BH_Dirty) != 0;
    if ((to_be_written && !delayed) || (state & BH_Unwritten) != 0) ++wrong;
  }
  return wrong;
}

std::string describe_buffers(const void* model, std::int64_t value) {
  return fmt::format(
      "inode {}: buffers of {} blocks are delayed or unwritten, and the blocks are "
      "neither delayed nor on disk",
      file(model).i_ino, value);
}

/// I8.
std::int64_t disksize_too_large(const void* model) {
  const ext4_inode_info& inode = file(model);
  const u64 disksize = inode.i_disksize.peek();
  return disksize > inode.i_size.peek() ? static_cast<s64>(disksize - inode.i_size.peek()) : 0;
}

std::string describe_disksize(const void* model, std::int64_t value) {
  return fmt::format("inode {}: i_disksize is {} bytes beyond i_size", file(model).i_ino, value);
}

/// I5: a cluster is free or somebody's.
std::int64_t free_clusters_difference(const void* model) {
  const ext4_sb_info& sb = ext4_sb_of(model);
  s64 owned = sb.allocated_in_transit.peek();
  for (const ext4_inode_info* inode : sb.inodes) owned += static_cast<s64>(clusters_owned(*inode));
  return sb.s_freeclusters_counter.peek() + owned - static_cast<s64>(sb.params.clusters);
}

std::string describe_free_clusters(const void* model, std::int64_t value) {
  return fmt::format("s_freeclusters_counter is {}, {} more than clusters that are free",
                     ext4_sb_of(model).s_freeclusters_counter.peek(), value);
}

/// I5: a dirty cluster is promised to delayed blocks or to an allocation.
std::int64_t dirty_clusters_difference(const void* model) {
  const ext4_sb_info& sb = ext4_sb_of(model);
  // What settling by buffers gives back is missing there for ever.
  if (sb.fixes.delalloc_state == DelallocState::buffer_heads) return 0;
  s64 promised = sb.claimed_in_transit.peek();
  for (const ext4_inode_info* inode : sb.inodes)
    promised += static_cast<s64>(inode->i_reserved_data_blocks.peek());
  return sb.s_dirtyclusters_counter.peek() - promised;
}

std::string describe_dirty_clusters(const void* model, std::int64_t value) {
  return fmt::format("s_dirtyclusters_counter is {}, {} more than is promised",
                     ext4_sb_of(model).s_dirtyclusters_counter.peek(), value);
}

using enum sim::InvariantClass;

constexpr std::array<sim::Invariant, 2> kOfFilesystem{{
    {"free-clusters", additive, "a cluster is counted as free or belongs to a file",
     kClusterState | kExtentState, free_clusters_difference, describe_free_clusters},
    {"dirty-clusters", additive,
     "s_dirtyclusters_counter is what delayed blocks and allocations under way were promised",
     kClusterState | kReservationState, dirty_clusters_difference, describe_dirty_clusters},
}};

constexpr std::array<sim::Invariant, 6> kUnderDataSem{{
    {"reserved-clusters", guarded,
     "i_reserved_data_blocks counts the clusters with delayed blocks and no block on disk "
     "(i_data_sem)",
     kReservationState | kEsState | kExtentState, reservation_difference, describe_reservation},
    {"pending-clusters", guarded,
     "a cluster with delayed blocks and a block on disk is pending (i_data_sem)",
     kEsState | kExtentState, pending_difference, describe_pending},
    {"extent-status", guarded, "the extent status tree says what the disk says (i_data_sem)",
     kEsState | kExtentState, status_disagrees, describe_status},
    {"block-owner", guarded,
     "a cluster of the disk belongs to one cluster of one file (i_data_sem)", kExtentState,
     blocks_misplaced, describe_misplaced},
    {"quota", guarded,
     "quota is charged for clusters on disk and reserved for reserved clusters (i_data_sem)",
     kQuotaState | kReservationState | kExtentState, quota_difference, describe_quota},
    {"buffer-state", guarded,
     "what a buffer says is delayed or unwritten is delayed or on disk (i_data_sem)",
     kBufferState | kEsState | kExtentState, buffers_without_block, describe_buffers},
}};

constexpr sim::Invariant kDiskSize{"disk-size",
                                   guarded,
                                   "i_disksize is never beyond i_size (i_rwsem)",
                                   kInodeState,
                                   disksize_too_large,
                                   describe_disksize};

}  // namespace

std::span<const sim::Invariant> invariants() {
  static const std::vector<sim::Invariant> all = [] {
    std::vector<sim::Invariant> rows(kOfFilesystem.begin(), kOfFilesystem.end());
    rows.insert(rows.end(), kUnderDataSem.begin(), kUnderDataSem.end());
    rows.push_back(kDiskSize);
    rows.insert(rows.end(), invariants_at_rest().begin(), invariants_at_rest().end());
    return rows;
  }();
  return all;
}

void watch_filesystem(sim::Execution& execution, const ext4_sb_info& sb) {
  for (const sim::Invariant& invariant : kOfFilesystem) execution.watch(invariant, &sb);
}

void watch_file(sim::Execution& execution, const ext4_inode_info& inode) {
  for (const sim::Invariant& invariant : kUnderDataSem)
    execution.watch(invariant, &inode, &inode.i_data_sem);
  execution.watch(kDiskSize, &inode, &inode.i_rwsem);
}

}  // namespace kernel::ext4

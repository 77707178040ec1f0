#include "core/ext4/extents.hpp"

#include "core/ext4/da_reserve.hpp"
#include "core/ext4/delalloc_buffers.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/extents_status.hpp"
#include "core/ext4/mballoc.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {
namespace {

void put_extent(ext4_inode_info& inode, ext4_lblk_t lblk, u64 len, ext4_extent extent) {
  inode.extents.write().put(lblk, lblk + len, extent);
  for (u64 i = 0; i < len && extent.unwritten; ++i)
    inode.sb.data_on_disk.change().erase(extent.pblk + i);
  effect("blocks [{}, {}) on disk: {}", lblk, lblk + len,
         extent.unwritten ? "unwritten" : "written");
}

/// ext4_cache_extents: all of a leaf that ext4_find_extent has met, and the holes between. A leaf
/// in the inode's body counts since 4068664e3cd2 (Linux 5.5).
void cache_extents(ext4_inode_info& inode) {
  if (delayed_by_buffers(inode)) return;
  ext4_lblk_t done = 0;
  inode.extents.read().for_each(0, kMaxBlocks, [&](const ExtentTree::Run& run) {
    if (done != 0 && done != run.start)
      ext4_es_cache_extent(inode, done, run.start - done, 0, EXTENT_STATUS_HOLE);
    ext4_es_cache_extent(inode, run.start, run.end - run.start, run.value.pblk,
                         run.value.unwritten ? EXTENT_STATUS_UNWRITTEN : EXTENT_STATUS_WRITTEN);
    done = run.end;
  });
}

/// ext4_ext_handle_unwritten_extents, and convert_initialized_extent for written ones. Nothing is
/// allocated here, so no reservation is settled here either.
void handle_existing(ext4_inode_info& inode, ext4_map_blocks_t& map, ext4_extent found, u32 flags) {
  const bool creates = (flags & EXT4_GET_BLOCKS_CREATE) != 0;
  bool unwritten = found.unwritten;
  if (!unwritten) {
    unwritten = (flags & EXT4_GET_BLOCKS_CONVERT_UNWRITTEN) != 0;
  } else if ((flags & EXT4_GET_BLOCKS_PRE_IO) == 0) {
    const bool converts = (flags & EXT4_GET_BLOCKS_CONVERT) != 0;
    const bool stays = (flags & EXT4_GET_BLOCKS_UNWRIT_EXT) != 0 || !creates;
    unwritten = !converts && stays;
  }
  if (unwritten != found.unwritten) {
    found.unwritten = unwritten;
    put_extent(inode, map.m_lblk, map.m_len, found);
  }
  map.m_flags |= unwritten ? EXT4_MAP_UNWRITTEN : EXT4_MAP_MAPPED;
}

/// get_implied_cluster_alloc: the disk cluster that a neighbour of the same logical cluster has.
std::optional<u64> implied_cluster(const ext4_inode_info& inode, ext4_lblk_t lblk, u64& len) {
  const u64 ratio = inode.sb.ratio();
  if (ratio == 1) return std::nullopt;
  const u64 first = round_down(lblk, ratio);
  std::optional<u64> cluster;
  inode.extents.read().for_each(first, first + ratio, [&](const ExtentTree::Run& run) {
    if (!cluster) cluster = run.value.pblk / ratio;
  });
  if (cluster) len = std::min(len, first + ratio - lblk);
  return cluster;
}

void settle_allocation(ext4_inode_info& inode, const ext4_map_blocks_t& map, u64 clusters,
                       u32 flags) {
  if (inode.sb.fixes.reservation_settled != ReservationSettled::by_allocation) return;
  if ((flags & EXT4_GET_BLOCKS_DELALLOC_RESERVE) != 0) {
    ext4_da_update_reserve_space(inode, clusters, true);
    return;
  }
  // Delayed blocks of these clusters have their space now, allocated and charged by somebody else.
  const u64 ratio = inode.sb.ratio();
  const u64 delayed = ext4_es_delayed_clu(inode, round_down(map.m_lblk, ratio), clusters * ratio);
  if (delayed != 0) ext4_da_update_reserve_space(inode, delayed, false);
}

s64 allocate(ext4_inode_info& inode, ext4_map_blocks_t& map, u32 flags) {
  ext4_sb_info& sb = inode.sb;
  const u64 ratio = sb.ratio();
  const u64 offset = map.m_lblk % ratio;
  const ext4_extent extent{0, (flags & EXT4_GET_BLOCKS_UNWRIT_EXT) != 0};
  const auto implied = implied_cluster(inode, map.m_lblk, map.m_len);
  cluster_run run{implied.value_or(0), 1};
  if (!implied) {
    // ext4_ext_check_overlap: the cluster of the next extent is not ours to allocate.
    const auto next = inode.extents.read().next(map.m_lblk);
    if (next) map.m_len = std::min(map.m_len, round_down(next->start, ratio) - map.m_lblk);
    const u64 wanted = (offset + map.m_len + ratio - 1) / ratio;
    run = ext4_mb_new_blocks(inode, wanted, (flags & EXT4_GET_BLOCKS_DELALLOC_RESERVE) != 0);
    if (run.count == 0) return -ENOSPC;
    map.m_len = std::min(map.m_len, run.count * ratio - offset);
  }
  map.m_pblk = run.first * ratio + offset;
  put_extent(inode, map.m_lblk, map.m_len, extent.advanced(map.m_pblk));
  if (!implied) sb.allocated_in_transit -= static_cast<s64>(run.count);
  if (delayed_by_buffers(inode)) {
    settle_by_buffers(inode, map, implied ? 0 : run.count, flags);
  } else if (!implied) {
    settle_allocation(inode, map, run.count, flags);
  }
  map.m_flags |= EXT4_MAP_NEW | (extent.unwritten ? EXT4_MAP_UNWRITTEN : EXT4_MAP_MAPPED);
  return static_cast<s64>(map.m_len);
}

/// Frees the disk cluster of logical cluster `cluster` unless a block of it is left. Blocks that
/// are delayed there reserve it for themselves again.
void free_if_unused(ext4_inode_info& inode, u64 cluster, u64 disk_cluster) {
  if (has_block(inode.extents.read(), inode.sb.ratio(), cluster)) return;
  const bool rereserve = inode.sb.ratio() > 1 && ext4_remove_pending(inode, cluster);
  ext4_free_cluster(inode, disk_cluster, rereserve);
}

/// ext4_ext_determine_insert_hole: the hole on disk around `lblk`, cut where something is delayed,
/// goes into the extent status tree.
void insert_hole(ext4_inode_info& inode, ext4_lblk_t lblk) {
  const ExtentTree& tree = inode.extents.read();
  ext4_lblk_t start = 0;
  for (auto run = tree.next(0); run && run->start <= lblk; run = tree.next(run->end))
    start = run->end;
  const auto after = tree.next(lblk);
  ext4_lblk_t end = after ? after->start : kMaxBlocks;
  bool delayed_meanwhile = false;
  {
    sim::spin_guard guard(inode.i_es_lock, sim::Section{sim::Access::read});
    inode.i_es_tree.read().for_each(start, end, [&](const EsTree::Run& run) {
      if (!run.value.is_delayed()) return;
      if (run.end <= lblk) start = std::max(start, run.end);
      if (run.start > lblk) end = std::min(end, run.start);
      delayed_meanwhile = delayed_meanwhile || (run.start <= lblk && lblk < run.end);
    });
  }
  // A fault was here after the caller looked at the extent status; it knows better.
  if (delayed_meanwhile && !mutant(Mutant::hole_replaces_delayed)) return;
  ext4_es_insert_extent(inode, start, end - start, 0, EXTENT_STATUS_HOLE, false);
}

}  // namespace

s64 ext4_ext_map_blocks(ext4_inode_info& inode, ext4_map_blocks_t& map, u32 flags) {
  sim::Frame frame("ext4_ext_map_blocks");
  trace("ext4_ext_map_blocks_enter", "ino {} lblk {} len {}", inode.i_ino, map.m_lblk, map.m_len);
  map.m_flags = 0;
  s64 result = 0;
  if ((flags & EXT4_EX_NOCACHE) == 0) cache_extents(inode);
  const auto run = inode.extents.read().next(map.m_lblk);
  if (run && run->start <= map.m_lblk) {
    map.m_len = std::min(map.m_len, run->end - map.m_lblk);
    const ext4_extent found = run->value.advanced(map.m_lblk - run->start);
    map.m_pblk = found.pblk;
    handle_existing(inode, map, found, flags);
    if (found.unwritten && delayed_by_buffers(inode)) settle_by_buffers(inode, map, 0, flags);
    result = static_cast<s64>(map.m_len);
  } else {
    if (run) map.m_len = std::min(map.m_len, run->start - map.m_lblk);
    if ((flags & EXT4_GET_BLOCKS_CREATE) != 0) {
      result = allocate(inode, map, flags);
    } else if (!delayed_by_buffers(inode)) {
      insert_hole(inode, map.m_lblk);
    }
  }
  trace("ext4_ext_map_blocks_exit", "ino {} lblk {} pblk {} len {} ret {}", inode.i_ino, map.m_lblk,
        map.m_pblk, map.m_len, result);
  return result;
}

bool ext4_clu_mapped(ext4_inode_info& inode, u64 cluster) {
  cache_extents(inode);
  return has_block(inode.extents.read(), inode.sb.ratio(), cluster);
}

void ext4_ext_remove_space(ext4_inode_info& inode, ext4_lblk_t lblk, ext4_lblk_t end) {
  sim::Frame frame("ext4_ext_remove_space");
  trace("ext4_ext_remove_space", "ino {} since {} end {}", inode.i_ino, lblk, end - 1);
  const u64 ratio = inode.sb.ratio();
  // Right to left, as the kernel walks the tree; a cluster is freed when its leftmost block went.
  while (true) {
    std::optional<ExtentTree::Run> last;
    inode.extents.read().for_each(lblk, end, [&](const ExtentTree::Run& run) { last = run; });
    if (!last) return;
    const u64 cluster = (last->end - 1) / ratio;
    const ext4_lblk_t from = std::max({last->start, cluster * ratio, lblk});
    const u64 disk_cluster = last->value.advanced(from - last->start).pblk / ratio;
    inode.extents.write().cut(from, last->end);
    inode.sb.allocated_in_transit +=
        has_block(inode.extents.read(), inode.sb.ratio(), cluster) ? 0 : 1;
    effect("blocks [{}, {}) on disk removed", from, last->end);
    free_if_unused(inode, cluster, disk_cluster);
  }
}

u64 clusters_owned(const ext4_inode_info& inode) {
  const u64 ratio = inode.sb.ratio();
  u64 owned = 0;
  u64 counted_to = 0;
  inode.extents.peek().for_each(0, kMaxBlocks, [&](const ExtentTree::Run& run) {
    const u64 first = std::max(run.start / ratio, counted_to);
    const u64 after = (run.end - 1) / ratio + 1;
    if (after > first) owned += after - first;
    counted_to = std::max(counted_to, after);
  });
  return owned;
}

}  // namespace kernel::ext4

#include "core/ext4/extents_status.hpp"

#include "core/ext4/da_reserve.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"

namespace kernel::ext4 {
namespace {

/// The blocks that a section touches. With bigalloc a change of one block can change what is
/// reserved for its cluster.
sim::Section section_for(const ext4_inode_info& inode, sim::Access access, ext4_lblk_t lblk,
                         ext4_lblk_t end) {
  const u64 ratio = inode.sb.ratio();
  return section_on(access, {round_down(lblk, ratio) << kPageShift,
                             std::min(round_up(end, ratio), u64{1} << 40) << kPageShift});
}

const char* status_letter(u8 status) {
  if ((status & EXTENT_STATUS_WRITTEN) != 0) return "W";
  if ((status & EXTENT_STATUS_DELAYED) != 0)
    return (status & EXTENT_STATUS_UNWRITTEN) != 0 ? "UD" : "D";
  return (status & EXTENT_STATUS_UNWRITTEN) != 0 ? "U" : "H";
}

bool any_delonly(const EsTree& tree, ext4_lblk_t from, ext4_lblk_t to) {
  bool found = false;
  tree.for_each(from, to, [&](const EsTree::Run& run) { found |= run.value.is_delonly(); });
  return found;
}

/// get_rsvd: clusters whose reservation goes away with the delayed blocks of [lblk, end). A cluster
/// with delayed blocks outside keeps it; a pending one has none, and is not pending any more.
u64 take_reserved(ext4_inode_info& inode, ext4_lblk_t lblk, ext4_lblk_t end) {
  const u64 ratio = inode.sb.ratio();
  const EsTree& tree = inode.i_es_tree.read();
  u64 reserved = 0;
  u64 counted_to = 0;  // clusters below are done
  tree.for_each(lblk, end, [&](const EsTree::Run& run) {
    if (!run.value.is_delonly()) return;
    for (u64 cluster = std::max(run.start / ratio, counted_to); cluster * ratio < run.end;
         ++cluster) {
      counted_to = cluster + 1;
      const u64 first = cluster * ratio;
      const bool outside = any_delonly(tree, first, std::min(lblk, first + ratio)) ||
                           any_delonly(tree, std::max(end, first), first + ratio);
      if (outside) continue;
      if (ratio > 1 && inode.i_pending_tree.write().erase(cluster) != 0) continue;
      ++reserved;
    }
  });
  return reserved;
}

/// The end clusters of newly mapped blocks are pending if delayed blocks remain beside them there.
/// Returns how many became so.
u64 revise_pending(ext4_inode_info& inode, ext4_lblk_t lblk, ext4_lblk_t end) {
  const u64 ratio = inode.sb.ratio();
  if (ratio == 1) return 0;
  const EsTree& tree = inode.i_es_tree.read();
  auto& pending = inode.i_pending_tree.write();
  u64 added = 0;
  const u64 last = (end - 1) / ratio;
  for (u64 cluster = lblk / ratio;; cluster = last) {
    const u64 first = cluster * ratio;
    const bool delayed = any_delonly(tree, first, std::min(lblk, first + ratio)) ||
                         any_delonly(tree, std::max(end, first), first + ratio);
    if (!delayed)
      pending.erase(cluster);
    else if (pending.insert(cluster).second)
      ++added;
    if (cluster == last) return added;
  }
}

}  // namespace

std::optional<extent_status> ext4_es_lookup_extent(ext4_inode_info& inode, ext4_lblk_t lblk,
                                                   u64& len) {
  trace("ext4_es_lookup_extent_enter", "ino {} lblk {}", inode.i_ino, lblk);
  spin_guard_unless guard(Mutant::no_es_lock_in_lookup, inode.i_es_lock,
                          reads(bytes_of(lblk, len)));
  const auto run = inode.i_es_tree.read().find(lblk);
  if (!run) {
    trace("ext4_es_lookup_extent_exit", "ino {} found 0 es [0/0)", inode.i_ino);
    effect("extent status of block {}: not cached", lblk);
    return std::nullopt;
  }
  trace("ext4_es_lookup_extent_exit", "ino {} found 1 es [{}/{}) mapped {} status {}", inode.i_ino,
        run->start, run->end - run->start, run->value.pblk, status_letter(run->value.status));
  len = std::min(len, run->end - lblk);
  const extent_status found = run->value.advanced(lblk - run->start);
  effect("extent status of block {}: {}", lblk, status_letter(found.status));
  return found;
}

void ext4_es_insert_extent(ext4_inode_info& inode, ext4_lblk_t lblk, u64 len, ext4_fsblk_t pblk,
                           u8 status, bool delalloc_reserve_used) {
  const bool settles = inode.sb.fixes.reservation_settled == ReservationSettled::by_extent_status;
  const ext4_lblk_t end = lblk + len;
  const bool mapped = (status & EXTENT_STATUS_HOLE) == 0;
  u64 used = 0;
  {
    sim::spin_guard guard(inode.i_es_lock, section_for(inode, sim::Access::write, lblk, end));
    if (settles) used = take_reserved(inode, lblk, end);
    inode.i_es_tree.write().put(lblk, end, {status, mapped ? pblk : 0});
    const u64 pending = mapped ? revise_pending(inode, lblk, end) : 0;
    if (settles) used += pending;
    trace("ext4_es_insert_extent", "ino {} es [{}/{}) mapped {} status {}", inode.i_ino, lblk, len,
          pblk, status_letter(status));
    effect("extent status of blocks [{}, {}): {}", lblk, end, status_letter(status));
  }
  if (used != 0) ext4_da_update_reserve_space(inode, used, delalloc_reserve_used);
}

void ext4_es_cache_extent(ext4_inode_info& inode, ext4_lblk_t lblk, u64 len, ext4_fsblk_t pblk,
                          u8 status) {
  trace("ext4_es_cache_extent", "ino {} es [{}/{}) mapped {} status {}", inode.i_ino, lblk, len,
        pblk, status_letter(status));
  sim::spin_guard guard(inode.i_es_lock, writes(bytes_of(lblk, len)));
  EsTree& tree = inode.i_es_tree.write();
  const auto known = tree.next(lblk);
  if (known && known->start < lblk + len) return;
  tree.put(lblk, lblk + len, {status, pblk});
  effect("extent status of blocks [{}, {}): {}", lblk, lblk + len, status_letter(status));
}

void ext4_es_insert_delayed_extent(ext4_inode_info& inode, ext4_lblk_t lblk, bool lclu_allocated) {
  spin_guard_unless guard(Mutant::no_es_lock_in_insert_delayed, inode.i_es_lock,
                          section_for(inode, sim::Access::write, lblk, lblk + 1));
  inode.i_es_tree.write().put(lblk, lblk + 1, {EXTENT_STATUS_DELAYED, 0});
  if (lclu_allocated && !mutant(Mutant::allocated_cluster_not_pending))
    inode.i_pending_tree.write().insert(lblk / inode.sb.ratio());
  trace("ext4_es_insert_delayed_extent", "ino {} es [{}/1) mapped 0 status D allocated {}",
        inode.i_ino, lblk, lclu_allocated ? 1 : 0);
  effect("extent status of block {}: D", lblk);
}

void ext4_es_remove_extent(ext4_inode_info& inode, ext4_lblk_t lblk, ext4_lblk_t end) {
  if (lblk >= end) return;
  u64 reserved = 0;
  {
    sim::spin_guard guard(inode.i_es_lock, section_for(inode, sim::Access::write, lblk, end));
    reserved = take_reserved(inode, lblk, end);
    inode.i_es_tree.write().cut(lblk, end);
    inode.clusters_in_transit += static_cast<s64>(reserved);
    trace("ext4_es_remove_extent", "ino {} es [{}/{})", inode.i_ino, lblk, end - lblk);
  }
  if (reserved == 0) return;
  if (mutant(Mutant::removed_stays_reserved))
    inode.clusters_in_transit -= static_cast<s64>(reserved);
  else
    ext4_da_release_space(inode, reserved);
}

bool ext4_es_scan_range(ext4_inode_info& inode, bool (extent_status::*matches)() const,
                        ext4_lblk_t lblk, u64 len) {
  sim::spin_guard guard(inode.i_es_lock, reads(bytes_of(lblk, len)));
  bool found = false;
  inode.i_es_tree.read().for_each(lblk, lblk + len,
                                  [&](const EsTree::Run& run) { found |= (run.value.*matches)(); });
  return found;
}

bool ext4_es_scan_clu(ext4_inode_info& inode, bool (extent_status::*matches)() const,
                      ext4_lblk_t lblk) {
  const u64 ratio = inode.sb.ratio();
  return ext4_es_scan_range(inode, matches, round_down(lblk, ratio), ratio);
}

u64 ext4_es_delayed_clu(ext4_inode_info& inode, ext4_lblk_t lblk, u64 len) {
  const u64 ratio = inode.sb.ratio();
  sim::spin_guard guard(inode.i_es_lock, reads(bytes_of(lblk, len)));
  u64 clusters = 0;
  u64 counted_to = 0;
  inode.i_es_tree.read().for_each(lblk, lblk + len, [&](const EsTree::Run& run) {
    if (!run.value.is_delonly()) return;
    const u64 first = std::max(run.start / ratio, counted_to);
    const u64 end = (run.end - 1) / ratio + 1;
    if (end > first) clusters += end - first;
    counted_to = std::max(counted_to, end);
  });
  return clusters;
}

void es_reclaim_extents(ext4_inode_info& inode, ext4_lblk_t lblk, ext4_lblk_t end) {
  sim::Frame frame("es_reclaim_extents");
  sim::spin_guard guard(inode.i_es_lock, section_for(inode, sim::Access::write, lblk, end));
  EsTree& tree = inode.i_es_tree.write();
  for (auto run = tree.next(lblk); run && run->start < end; run = tree.next(run->end)) {
    if (run->value.is_delayed() && !mutant(Mutant::shrinker_takes_delayed)) continue;
    tree.cut(std::max(run->start, lblk), std::min(run->end, end));
  }
  effect("extent status of blocks [{}, {}) reclaimed", lblk, end);
}

bool ext4_remove_pending(ext4_inode_info& inode, u64 cluster) {
  const u64 ratio = inode.sb.ratio();
  sim::spin_guard guard(inode.i_es_lock, section_for(inode, sim::Access::write, cluster * ratio,
                                                     (cluster + 1) * ratio));
  return inode.i_pending_tree.write().erase(cluster) != 0;
}

}  // namespace kernel::ext4

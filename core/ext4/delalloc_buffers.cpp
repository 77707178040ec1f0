#include "core/ext4/delalloc_buffers.hpp"

#include "core/ext4/da_reserve.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"

namespace kernel::ext4 {
namespace {

enum class Seen : u8 { nothing, delayed, stop };

/// One folio of ext4_find_delalloc_range, none of whose locks is held. 5356f2615cd5 (1a): a block
/// that writeback has mapped is delayed no more, although its Delay bit is still set.
/// (1b): before, folios that are not dirty were passed over, and one under writeback ended it all.
Seen look_at_folio(ext4_inode_info& inode, pgoff_t index) {
  const Fixes& fixes = inode.sb.fixes;
  address_space& mapping = inode.i_data;
  sim::spin_guard guard(mapping.i_pages_lock, reads(bytes_of(index, 1)));
  const auto& pages = mapping.i_pages.read();
  const auto found = pages.find(index);
  if (found == pages.end()) return Seen::nothing;
  if (fixes.delalloc_search == DelallocSearch::dirty_pages_not_under_writeback) {
    if (mapping.dirty_tags.read().count(index) == 0) return Seen::nothing;
    if (mapping.writeback_tags.read().count(index) != 0) return Seen::stop;
  }
  const buffer_head* const bh = found->second->buffers.peek();
  if (bh == nullptr) return Seen::nothing;
  const u32 state = bh->b_delay.read();
  const bool mapped =
      fixes.da_mapped_bit == DaMappedBit::set_under_data_sem && (state & BH_Da_Mapped) != 0;
  return (state & BH_Delay) != 0 && !mapped ? Seen::delayed : Seen::nothing;
}

/// ext4_find_delalloc_range over [from, to).
bool find_delalloc_range(ext4_inode_info& inode, ext4_lblk_t from, ext4_lblk_t to) {
  sim::Frame frame("ext4_find_delalloc_range");
  for (ext4_lblk_t lblk = from; lblk < to; ++lblk) {
    const Seen seen = look_at_folio(inode, lblk);
    if (seen == Seen::stop) return false;
    if (seen == Seen::delayed) {
      effect("block {} is delayed", lblk);
      return true;
    }
  }
  return false;
}

bool find_delalloc_cluster(ext4_inode_info& inode, ext4_lblk_t lblk) {
  const u64 ratio = inode.sb.ratio();
  const u64 first = round_down(lblk, ratio);
  return find_delalloc_range(inode, first, first + ratio);
}

/// get_reserved_cluster_alloc: clusters that were reserved for [lblk, +len) and for no delayed
/// block outside.
u64 reserved_for(ext4_inode_info& inode, ext4_lblk_t lblk, u64 len) {
  const u64 ratio = inode.sb.ratio();
  const ext4_lblk_t end = lblk + len;
  u64 clusters = (end - 1) / ratio - lblk / ratio + 1;
  if (lblk % ratio != 0 && find_delalloc_range(inode, round_down(lblk, ratio), lblk)) --clusters;
  if (clusters != 0 && end % ratio != 0 && find_delalloc_range(inode, end, round_up(end, ratio)))
    --clusters;
  return clusters;
}

/// ext4_da_reserve_space: the promise and the count are two steps. What the task has taken and
/// nobody can see yet is in transit.
int reserve(ext4_inode_info& inode) {
  sim::Frame frame("ext4_da_reserve_space");
  const auto blocks = static_cast<s64>(inode.sb.ratio());
  dquot_reserve_block(inode.quota, blocks);
  inode.quota_in_transit += blocks;
  if (!ext4_claim_free_clusters(inode.sb, 1)) {
    dquot_release_reservation_block(inode.quota, blocks);
    inode.quota_in_transit -= blocks;
    return -ENOSPC;
  }
  spin_guard_unless guard(Mutant::no_reservation_lock, inode.i_block_reservation_lock);
  inode.i_reserved_data_blocks.write() += 1;
  inode.clusters_in_transit += 1;
  inode.quota_in_transit -= blocks;
  effect("i_reserved_data_blocks is {}", inode.i_reserved_data_blocks.read());
  return 0;
}

/// Where others look at them, setting and clearing bits is a step. Folio lock held.
void change_delay(folio& page, u32 set, u32 clear) {
  sim::spin_guard guard(page.host.i_pages_lock, writes(page.bytes()));
  u32& state = page.buffers.read()->b_delay.write();
  state = (state & ~clear) | set;
}

/// (1a) Under i_data_sem: from here on the block counts as mapped, although its folio's Delay bit
/// is cleared later.
void set_buffers_da_mapped(ext4_inode_info& inode, const ext4_map_blocks_t& map) {
  if (inode.sb.fixes.da_mapped_bit == DaMappedBit::absent) return;
  for (u64 i = 0; i < map.m_len; ++i) {
    folio* const page = filemap_get_folio(inode.i_data, map.m_lblk + i);
    if (page != nullptr) change_delay(*page, BH_Da_Mapped, 0);
  }
}

}  // namespace

bool delayed_by_buffers(const ext4_inode_info& inode) {
  return inode.sb.fixes.delalloc_state == DelallocState::buffer_heads;
}

void clear_delay(folio& page) {
  if (delayed_by_buffers(EXT4_I(page.host.host))) {
    change_delay(page, 0, BH_Delay | BH_Da_Mapped);
  } else {
    page.buffers.read()->b_delay.write() = 0;
  }
}

int da_get_block_by_buffers(ext4_inode_info& inode, folio& page, buffer_head& bh) {
  sim::Frame frame("ext4_da_get_block_prep");
  const DelayBitSet when = inode.sb.fixes.delay_bit_set;
  const bool exclusive = when == DelayBitSet::under_exclusive_data_sem;
  if (exclusive)
    inode.i_data_sem.down_write();
  else
    inode.i_data_sem.down_read();
  ext4_map_blocks_t map{page.index, 1};
  const bool mapped = ext4_ext_map_blocks(inode, map, 0) > 0;
  const bool from_cluster =
      !mapped && inode.sb.ratio() > 1 && find_delalloc_cluster(inode, page.index);
  sim::at<"ext4_da_get_block_prep:looked_up">();
  if (when == DelayBitSet::after_look_up) inode.i_data_sem.up_read();
  int error = 0;
  if (!mapped && !from_cluster) error = reserve(inode);
  if (mapped) {
    bh.b_blocknr.write() = map.m_pblk;
    const bool unwritten = (map.m_flags & EXT4_MAP_UNWRITTEN) != 0;
    bh.b_state.write() |= BH_Mapped | (unwritten ? BH_Unwritten | BH_New : 0U);
  } else if (error == 0) {
    if (!from_cluster) inode.clusters_in_transit -= 1;
    inode.owed.change().insert(page.index);
    sim::current().changed(kReservationState);
    bh.b_state.write() |= BH_Mapped | BH_New;
    change_delay(page, BH_Delay, 0);
    sim::at<"ext4_da_get_block_prep:delay_set">();
  }
  if (when == DelayBitSet::under_shared_data_sem) inode.i_data_sem.up_read();
  if (exclusive) inode.i_data_sem.up_write();
  return error;
}

s64 map_blocks_by_buffers(ext4_inode_info& inode, ext4_map_blocks_t& map, u32 flags) {
  const u64 wanted = map.m_len;
  inode.i_data_sem.down_read();
  s64 result = ext4_ext_map_blocks(inode, map, 0);
  inode.i_data_sem.up_read();
  if ((flags & EXT4_GET_BLOCKS_CREATE) == 0) return result;
  if (result > 0 && (map.m_flags & EXT4_MAP_MAPPED) != 0) return result;
  map.m_len = wanted;
  inode.i_data_sem.down_write();
  result = ext4_ext_map_blocks(inode, map, flags);
  if (result > 0 && (flags & EXT4_GET_BLOCKS_DELALLOC_RESERVE) != 0)
    set_buffers_da_mapped(inode, map);
  inode.i_data_sem.up_write();
  sim::at<"ext4_map_blocks:created">();
  return result;
}

void settle_by_buffers(ext4_inode_info& inode, const ext4_map_blocks_t& map, u64 allocated,
                       u32 flags) {
  if ((flags & EXT4_GET_BLOCKS_DELALLOC_RESERVE) == 0) return;
  const u64 reserved = reserved_for(inode, map.m_lblk, map.m_len);
  std::pmr::set<ext4_lblk_t>& owed = inode.owed.change();
  owed.erase(owed.lower_bound(map.m_lblk), owed.lower_bound(map.m_lblk + map.m_len));
  if (allocated == 0) {
    if (reserved != 0) ext4_da_update_reserve_space(inode, reserved, false);
    return;
  }
  ext4_da_update_reserve_space(inode, allocated, true);
  if (reserved >= allocated || mutant(Mutant::claimed_too_much)) return;
  // Claimed for delayed blocks outside, too: they get it back, but s_dirtyclusters_counter does
  // not learn of it.
  const u64 too_many = allocated - reserved;
  dquot_reserve_block(inode.quota, static_cast<s64>(too_many * inode.sb.ratio()));
  sim::spin_guard guard(inode.i_block_reservation_lock);
  inode.i_reserved_data_blocks.write() += too_many;
}

void release_by_buffers(ext4_inode_info& inode, folio& page) {
  sim::Frame frame("ext4_da_page_release_reservation");
  const buffer_head* const bh = page.buffers.read();
  if (bh == nullptr || (bh->b_delay.read() & BH_Delay) == 0) return;
  std::pmr::set<ext4_lblk_t>& owed = inode.owed.change();
  owed.erase(page.index);
  const auto next = owed.lower_bound(round_down(page.index, inode.sb.ratio()));
  const bool last =
      next == owed.end() || inode.sb.cluster_of(*next) != inode.sb.cluster_of(page.index);
  inode.clusters_in_transit += last ? 1 : 0;
  change_delay(page, 0, BH_Delay | BH_Da_Mapped);
  const bool others = find_delalloc_cluster(inode, page.index);
  inode.clusters_in_transit -= last ? 1 : 0;
  sim::current().changed(kReservationState);
  if (others) return;
  inode.clusters_in_transit += 1;
  ext4_da_release_space(inode, 1);
}

}  // namespace kernel::ext4

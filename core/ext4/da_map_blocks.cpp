/// ext4_da_map_blocks of fs/ext4/inode.c: a block of the page cache becomes delayed, unless it has
/// a place on disk already. The folio lock keeps other users of the same folio away, but not
/// fallocate, which takes no folio lock.
#include "core/ext4/da_reserve.hpp"
#include "core/ext4/delalloc_buffers.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/extents_status.hpp"
#include "core/ext4/map_blocks.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {
namespace {

enum class ClusterState : u8 { free, delayed, allocated };

/// ext4_clu_alloc_state.
ClusterState clu_alloc_state(ext4_inode_info& inode, ext4_lblk_t lblk) {
  if (ext4_es_scan_clu(inode, &extent_status::is_delonly, lblk)) return ClusterState::delayed;
  if (ext4_es_scan_clu(inode, &extent_status::is_mapped, lblk)) return ClusterState::allocated;
  const u64 cluster = inode.sb.cluster_of(lblk);
  if (!mutant(Mutant::cluster_on_disk_not_looked_up) && ext4_clu_mapped(inode, cluster))
    return ClusterState::allocated;
  return ClusterState::free;
}

/// ext4_insert_delayed_blocks. i_data_sem held exclusively.
int insert_delayed_block(ext4_inode_info& inode, ext4_lblk_t lblk) {
  sim::Frame frame("ext4_insert_delayed_blocks");
  const ClusterState cluster =
      inode.sb.ratio() == 1 ? ClusterState::free : clu_alloc_state(inode, lblk);
  if (cluster == ClusterState::free) {
    const int error = ext4_da_reserve_space(inode);
    if (error != 0) return error;
    sim::at<"ext4_insert_delayed_blocks:reserved">();
  }
  ext4_es_insert_delayed_extent(inode, lblk, cluster == ClusterState::allocated);
  return 0;
}

/// What the extent status says about the block: false for a hole.
bool take_status(const extent_status& es, ext4_map_blocks_t& map) {
  if (es.is_hole()) return false;
  if (es.is_delonly()) {
    map.m_flags = EXT4_MAP_DELAYED;
  } else {
    map.m_pblk = es.pblk;
    map.m_flags = es.is_written() ? EXT4_MAP_MAPPED : EXT4_MAP_UNWRITTEN;
  }
  return true;
}

/// The look-up without i_data_sem: true if the block is delayed or has a place on disk. What it
/// says may be old when the caller reads it. `locked`: i_data_sem is held exclusively.
bool look_up(ext4_inode_info& inode, ext4_map_blocks_t& map, bool locked) {
  if (const auto es = ext4_es_lookup_extent(inode, map.m_lblk, map.m_len))
    return take_status(*es, map);
  if (!locked) inode.i_data_sem.down_read();
  const bool found = ext4_map_query_blocks(inode, map, 0) > 0;
  if (!locked) inode.i_data_sem.up_read();
  return found;
}

/// 0ea6560abb3b: fallocate may have been there since, and the shrinker after it. i_data_sem held
/// exclusively. True if the block is no hole any more.
bool look_up_again(ext4_inode_info& inode, ext4_map_blocks_t& map, DaMapRecheck recheck) {
  if (recheck == DaMapRecheck::none || recheck == DaMapRecheck::write_lock_around_all) return false;
  if (const auto es = ext4_es_lookup_extent(inode, map.m_lblk, map.m_len)) {
    if (!take_status(*es, map)) return false;
    sim::at<"ext4_da_map_blocks:found_under_lock">();
    return true;
  }
  if (recheck == DaMapRecheck::extent_status) return false;
  if (ext4_map_query_blocks(inode, map, 0) <= 0) return false;
  sim::at<"ext4_da_map_blocks:found_on_disk_under_lock">();
  return true;
}

}  // namespace

int ext4_da_map_blocks(ext4_inode_info& inode, ext4_map_blocks_t& map) {
  sim::Frame frame("ext4_da_map_blocks");
  const DaMapRecheck recheck = inode.sb.fixes.da_map_recheck;
  const bool around = recheck == DaMapRecheck::write_lock_around_all;
  map.m_flags = 0;
  if (around) inode.i_data_sem.down_write();
  if (look_up(inode, map, around)) {
    if (around) inode.i_data_sem.up_write();
    return 0;
  }
  sim::at<"ext4_da_map_blocks:hole_seen">();
  const bool locks = !around && !mutant(Mutant::no_data_sem_in_da_map_blocks);
  if (locks) inode.i_data_sem.down_write();
  int error = 0;
  if (!look_up_again(inode, map, recheck)) {
    error = insert_delayed_block(inode, map.m_lblk);
    map.m_flags = EXT4_MAP_DELAYED;
  }
  if (locks || around) inode.i_data_sem.up_write();
  sim::at<"ext4_da_map_blocks:delayed_inserted">();
  return error;
}

int ext4_da_get_block_prep(inode& file, folio& page, buffer_head& bh) {
  if (delayed_by_buffers(EXT4_I(file))) return da_get_block_by_buffers(EXT4_I(file), page, bh);
  ext4_map_blocks_t map{page.index, 1};
  const int error = ext4_da_map_blocks(EXT4_I(file), map);
  if (error != 0) return error;
  if ((map.m_flags & EXT4_MAP_DELAYED) != 0) {
    bh.b_state.write() |= BH_Mapped | BH_New;
    bh.b_delay.write() |= BH_Delay;
    return 0;
  }
  bh.b_blocknr.write() = map.m_pblk;
  const bool unwritten = (map.m_flags & EXT4_MAP_UNWRITTEN) != 0;
  bh.b_state.write() |= BH_Mapped | (unwritten ? BH_Unwritten | BH_New : 0U);
  return 0;
}

}  // namespace kernel::ext4

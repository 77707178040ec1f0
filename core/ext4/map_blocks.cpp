#include "core/ext4/map_blocks.hpp"

#include "core/ext4/delalloc_buffers.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/extents_status.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {
namespace {

/// Where reservations are settled by the allocation, delayed blocks that somebody else made
/// unwritten are remembered as both.
u8 status_to_cache(ext4_inode_info& inode, const ext4_map_blocks_t& map, u32 flags) {
  u8 status = map.status();
  if (inode.sb.fixes.reservation_settled == ReservationSettled::by_allocation &&
      (flags & EXT4_GET_BLOCKS_DELALLOC_RESERVE) == 0 && status == EXTENT_STATUS_UNWRITTEN &&
      ext4_es_scan_range(inode, &extent_status::is_delayed, map.m_lblk, map.m_len))
    status |= EXTENT_STATUS_DELAYED;
  return status;
}

s64 ext4_map_create_blocks(ext4_inode_info& inode, ext4_map_blocks_t& map, u32 flags) {
  sim::Frame frame("ext4_map_create_blocks");
  const s64 result = ext4_ext_map_blocks(inode, map, flags);
  if (result <= 0) return result;
  sim::at<"ext4_map_create_blocks:mapped">();
  if ((flags & EXT4_GET_BLOCKS_PRE_IO) != 0) {
    u64 len = map.m_len;
    const auto known = ext4_es_lookup_extent(inode, map.m_lblk, len);
    if (known && known->is_written()) return result;
  }
  ext4_es_insert_extent(inode, map.m_lblk, map.m_len, map.m_pblk,
                        status_to_cache(inode, map, flags),
                        (flags & EXT4_GET_BLOCKS_DELALLOC_RESERVE) != 0);
  return result;
}

}  // namespace

s64 ext4_map_query_blocks(ext4_inode_info& inode, ext4_map_blocks_t& map, u32 flags) {
  const s64 result = ext4_ext_map_blocks(inode, map, flags);
  if (result > 0)
    ext4_es_insert_extent(inode, map.m_lblk, map.m_len, map.m_pblk, status_to_cache(inode, map, 0),
                          false);
  return result;
}

s64 ext4_map_blocks(ext4_inode_info& inode, ext4_map_blocks_t& map, u32 flags) {
  sim::Frame frame("ext4_map_blocks");
  if (delayed_by_buffers(inode)) return map_blocks_by_buffers(inode, map, flags);
  map.m_flags = 0;
  s64 result = 0;
  if (const auto es = ext4_es_lookup_extent(inode, map.m_lblk, map.m_len)) {
    if (es->is_mapped()) {
      map.m_pblk = es->pblk;
      map.m_flags = es->is_written() ? EXT4_MAP_MAPPED : EXT4_MAP_UNWRITTEN;
      result = static_cast<s64>(map.m_len);
    } else if (es->is_delayed()) {
      map.m_flags = EXT4_MAP_DELAYED;
    }
  } else {
    inode.i_data_sem.down_read();
    result = ext4_map_query_blocks(inode, map, flags & EXT4_EX_NOCACHE);
    inode.i_data_sem.up_read();
  }
  if ((flags & EXT4_GET_BLOCKS_CREATE) == 0) return result;
  const bool written = result > 0 && (map.m_flags & EXT4_MAP_MAPPED) != 0;
  if (written && (flags & EXT4_GET_BLOCKS_CONVERT_UNWRITTEN) == 0) return result;
  sim::at<"ext4_map_blocks:looked_up">();
  const bool locks = !mutant(Mutant::no_data_sem_in_map_blocks);
  if (locks) inode.i_data_sem.down_write();
  result = ext4_map_create_blocks(inode, map, flags);
  if (locks) inode.i_data_sem.up_write();
  sim::at<"ext4_map_blocks:created">();
  return result;
}

}  // namespace kernel::ext4

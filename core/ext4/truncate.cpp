/// fs/ext4/inode.c: truncate(2). The size moves first, then folios go, then blocks; all of it under
/// an exclusive invalidate lock, so that no fault sees what lies between.
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/extents_status.hpp"
#include "core/ext4/map_blocks.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {
namespace {

/// Both sizes move together: writeback compares them under i_data_sem.
void set_size(ext4_inode_info& inode, u64 size) {
  ext4_journal_start(inode.sb);
  inode.i_data_sem.down_write();
  set_i_disksize(inode, size);
  inode.i_size.write_once(size);
  inode.i_data_sem.up_write();
  ext4_journal_stop(inode.sb);
}

/// ext4_truncate: the rest of the last block, and the blocks behind it.
void ext4_truncate(ext4_inode_info& inode, u64 size) {
  sim::Frame frame("ext4_truncate");
  trace("ext4_truncate_enter", "ino {}", inode.i_ino);
  ext4_journal_start(inode.sb);
  const ByteRange tail{size, round_up(size, kPageSize)};
  if (!tail.empty()) ext4_block_zero_page_range(inode, tail);
  const ext4_lblk_t first = tail.end >> kPageShift;
  const bool locks = !mutant(Mutant::no_data_sem_in_truncate);
  if (locks) inode.i_data_sem.down_write();
  set_i_disksize(inode, size);
  if (!mutant(Mutant::truncate_keeps_status)) ext4_es_remove_extent(inode, first, kMaxBlocks);
  if (!mutant(Mutant::truncate_keeps_blocks)) ext4_ext_remove_space(inode, first, kMaxBlocks);
  if (locks) inode.i_data_sem.up_write();
  ext4_journal_stop(inode.sb);
  trace("ext4_truncate_exit", "ino {}", inode.i_ino);
}

}  // namespace

void ext4_block_zero_page_range(ext4_inode_info& inode, ByteRange part) {
  sim::Frame frame("__ext4_block_zero_page_range");
  folio& page = filemap_grab_folio(inode.i_data, part.start >> kPageShift);
  buffer_head& bh = folio_create_buffers(page);
  bool mapped = (bh.b_state.read() & BH_Mapped) != 0;
  if (!mapped) {
    ext4_map_blocks_t map{page.index, 1};
    mapped = ext4_map_blocks(inode, map, 0) > 0 && (map.m_flags & EXT4_MAP_MAPPED) != 0;
    if (mapped) {
      bh.b_blocknr.write() = map.m_pblk;
      bh.b_state.write() |= BH_Mapped;
    }
  }
  if (mapped) {  // else it reads as zeros already
    if (!is_uptodate(page)) {
      page.content.write() = inode.sb.device.read_sector(bh.b_blocknr.read() << kPageShift);
      folio_mark_uptodate(page);
    }
    folio_store(page, {}, part);
    bh.b_state.write() |= BH_Uptodate | BH_Dirty;
    filemap_dirty_folio(page);
  }
  page.lock.unlock();
}

int Operations::setattr_size(inode& file, u64 size) {
  sim::Frame frame("ext4_setattr");
  auto& inode = EXT4_I(file);
  inode.i_rwsem.down_write();
  const u64 old_size = inode.i_size.read_under(inode.i_rwsem);
  const bool locks = inode.sb.fixes.fault_lock == FaultLock::shared_invalidate_lock &&
                     !mutant(Mutant::no_invalidate_lock_in_truncate);
  if (locks) inode.i_data.invalidate_lock.down_write();
  if (size != old_size) set_size(inode, size);
  truncate_pagecache_range(inode.i_data, {size, kWholeFile.end});
  sim::at<"ext4_setattr:pages_gone">();
  if (size <= old_size) ext4_truncate(inode, size);
  if (locks) inode.i_data.invalidate_lock.up_write();
  inode.i_rwsem.up_write();
  return 0;
}

}  // namespace kernel::ext4

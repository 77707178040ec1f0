/// fs/ext4/extents.c and inode.c: fallocate, punch hole, zero range. Plain allocation takes neither
/// the invalidate lock nor any folio lock: nothing but i_data_sem stands between it and a page
/// fault. What drops folios holds the invalidate lock.
#include "core/ext4/direct_io.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/extents_status.hpp"
#include "core/ext4/map_blocks.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {
namespace {

/// ext4_update_i_disksize.
void update_disksize(ext4_inode_info& inode, u64 size) {
  if (size <= inode.i_disksize.read_once()) return;
  inode.i_data_sem.down_write();
  set_i_disksize(inode, std::max(inode.i_disksize.read_under(inode.i_data_sem), size));
  inode.i_data_sem.up_write();
}

/// A handle for each piece. `new_size`: 0 keeps the size.
int ext4_alloc_file_blocks(ext4_inode_info& inode, ByteRange range, u64 new_size, u32 flags) {
  sim::Frame frame("ext4_alloc_file_blocks");
  const ByteRange whole = sectors_around(range);
  ext4_lblk_t lblk = whole.start >> kPageShift;
  const ext4_lblk_t end = whole.end >> kPageShift;
  while (lblk < end) {
    ext4_journal_start(inode.sb);
    ext4_map_blocks_t map{lblk, end - lblk};
    const s64 mapped = ext4_map_blocks(inode, map, flags);
    if (mapped > 0) lblk += static_cast<u64>(mapped);
    const u64 size = std::min(new_size, lblk << kPageShift);
    if (mapped > 0 && size > inode.i_size.read_under(inode.i_rwsem)) inode.i_size.write_once(size);
    if (mapped > 0 && new_size != 0) update_disksize(inode, size);
    ext4_journal_stop(inode.sb);
    if (mapped <= 0) return mapped == 0 ? -ENOSPC : static_cast<int>(mapped);
  }
  return 0;
}

/// The whole blocks inside a range of bytes.
ByteRange whole_blocks(ByteRange range) {
  return {round_up(range.start, kPageSize), round_down(range.end, kPageSize)};
}

/// ext4_zero_partial_blocks: what of the range is no whole block.
void zero_partial_blocks(ext4_inode_info& inode, ByteRange range) {
  const ByteRange whole = whole_blocks(range);
  if (whole.end < whole.start) return ext4_block_zero_page_range(inode, range);
  const ByteRange head{range.start, std::min(whole.start, range.end)};
  const ByteRange tail{std::max(whole.end, range.start), range.end};
  if (!head.empty()) ext4_block_zero_page_range(inode, head);
  if (!tail.empty()) ext4_block_zero_page_range(inode, tail);
}

/// Folios are gone before blocks are; delayed ones would lose their place in i_disksize with them.
void drop_folios(ext4_inode_info& inode, ByteRange range) {
  const u64 size = inode.i_size.read_under(inode.i_rwsem);
  if (range.start <= size && size <= range.end) update_disksize(inode, size);
  truncate_pagecache_range(inode.i_data, range);
}

void punch_hole(ext4_inode_info& inode, ByteRange range) {
  sim::Frame frame("ext4_punch_hole");
  trace("ext4_punch_hole", "ino {} offset {} len {}", inode.i_ino, range.start, range.size());
  range.end = std::min(range.end, round_up(inode.i_size.read_under(inode.i_rwsem), kPageSize));
  if (range.empty()) return;
  if (!mutant(Mutant::punch_keeps_folios)) drop_folios(inode, range);
  sim::at<"ext4_punch_hole:pages_gone">();
  ext4_journal_start(inode.sb);
  zero_partial_blocks(inode, range);
  const ByteRange whole = whole_blocks(range);
  if (!whole.empty()) {
    const ext4_lblk_t first = whole.start >> kPageShift;
    const ext4_lblk_t end = whole.end >> kPageShift;
    const bool locks = !mutant(Mutant::no_data_sem_in_punch);
    if (locks) inode.i_data_sem.down_write();
    ext4_es_remove_extent(inode, first, end);
    ext4_ext_remove_space(inode, first, end);
    ext4_es_insert_extent(inode, first, end - first, 0, EXTENT_STATUS_HOLE, false);
    if (locks) inode.i_data_sem.up_write();
  }
  ext4_journal_stop(inode.sb);
}

/// The aligned part of a zeroed range becomes unwritten. Invalidate lock held exclusively.
int zero_whole_blocks(ext4_inode_info& inode, ByteRange range, u64 new_size) {
  drop_folios(inode, range);
  sim::at<"ext4_zero_range:pages_gone">();
  const ByteRange whole = whole_blocks(range);
  if (whole.empty()) return 0;
  return ext4_alloc_file_blocks(
      inode, whole, new_size,
      EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT | EXT4_GET_BLOCKS_CONVERT_UNWRITTEN | EXT4_EX_NOCACHE);
}

/// `core_lock`: the invalidate lock is held around the aligned part only, and not yet.
int zero_range(ext4_inode_info& inode, ByteRange range, u64 new_size, bool core_lock) {
  sim::Frame frame("ext4_zero_range");
  trace("ext4_zero_range", "ino {} offset {} len {}", inode.i_ino, range.start, range.size());
  int error = 0;
  if (sectors_around(range) != range)
    error = ext4_alloc_file_blocks(inode, range, new_size, EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT);
  if (error != 0) return error;
  if (core_lock) inode.i_data.invalidate_lock.down_write();
  error = zero_whole_blocks(inode, range, new_size);
  if (core_lock) inode.i_data.invalidate_lock.up_write();
  if (error != 0 || sectors_around(range) == range) return error;
  ext4_journal_start(inode.sb);
  zero_partial_blocks(inode, range);
  if (new_size != 0) {
    if (new_size > inode.i_size.read_under(inode.i_rwsem)) inode.i_size.write_once(new_size);
    update_disksize(inode, new_size);
  }
  ext4_journal_stop(inode.sb);
  return 0;
}

}  // namespace

int Operations::fallocate(inode& file, u32 mode, ByteRange range) {
  sim::Frame frame("ext4_fallocate");
  auto& inode = EXT4_I(file);
  const bool punches = (mode & FALLOC_FL_PUNCH_HOLE) != 0;
  const bool zeroes = (mode & FALLOC_FL_ZERO_RANGE) != 0;
  const bool core_lock = sb_->fixes.zero_range_lock == ZeroRangeLock::around_aligned_core;
  if (punches && core_lock) filemap_write_and_wait_range(inode.i_data, range);
  const bool locks = !mutant(Mutant::no_i_rwsem_in_fallocate);
  if (locks) inode.i_rwsem.down_write();
  inode_dio_wait(inode);
  const bool grows =
      (mode & FALLOC_FL_KEEP_SIZE) == 0 && range.end > inode.i_size.read_under(inode.i_rwsem);
  const u64 new_size = grows ? range.end : 0;
  const bool all =
      (punches || (zeroes && !core_lock)) && !mutant(Mutant::no_invalidate_lock_in_punch);
  if (all) inode.i_data.invalidate_lock.down_write();
  int error = 0;
  if (punches) {
    punch_hole(inode, range);
  } else if (zeroes) {
    error = zero_range(inode, range, new_size, core_lock);
  } else {
    trace("ext4_fallocate_enter", "ino {} offset {} len {}", inode.i_ino, range.start,
          range.size());
    error = ext4_alloc_file_blocks(inode, range, new_size, EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT);
    trace("ext4_fallocate_exit", "ino {} pos {} ret {}", inode.i_ino, range.start, error);
    sim::at<"ext4_fallocate:allocated">();
  }
  if (all) inode.i_data.invalidate_lock.up_write();
  if (locks) inode.i_rwsem.up_write();
  return error;
}

}  // namespace kernel::ext4

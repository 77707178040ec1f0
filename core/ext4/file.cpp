/// fs/ext4/file.c and the buffered half of inode.c: write through buffer heads or through iomap,
/// read, fault, fsync. Delayed allocation takes no handle.
#include "core/ext4/delalloc_buffers.hpp"
#include "core/ext4/direct_io.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/extents_status.hpp"
#include "core/ext4/map_blocks.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {
namespace {

/// ext4_da_write_end and the iomap way alike: i_size moves while the folio is locked.
void update_size(ext4_inode_info& inode, u64 end) {
  if (end > inode.i_size.read_under(inode.i_rwsem)) inode.i_size.write_once(end);
}

/// i_disksize follows only where the last block has its place on disk; else writeback moves it.
void update_disksize(ext4_inode_info& inode, folio& page, u64 end) {
  if (end <= inode.i_disksize.read_once()) return;
  const u32 state = buffer_state(*page.buffers.read());
  if ((state & BH_Mapped) == 0 || (state & (BH_Delay | BH_Unwritten)) != 0) return;
  inode.i_data_sem.down_write();
  set_i_disksize(inode, std::max(inode.i_disksize.read_under(inode.i_data_sem), end));
  inode.i_data_sem.up_write();
}

/// One folio: 0 or a negative errno.
int write_folio(ext4_inode_info& inode, const iov_iter& from, ByteRange part) {
  const bool journals = delayed_by_buffers(inode);
  trace("ext4_da_write_begin", "ino {} pos {} len {}", inode.i_ino, part.start, part.size());
  if (journals) ext4_journal_start(inode.sb);
  folio& page = filemap_grab_folio(inode.i_data, part.start >> kPageShift);
  folio_wait_stable(page);
  const int error = __block_write_begin(inode, page, part, ext4_da_get_block_prep);
  if (error == 0) {
    folio_store(page, from.source, part);
    trace("ext4_da_write_end", "ino {} pos {} len {}", inode.i_ino, part.start, part.size());
    block_commit_write(page);
    update_size(inode, part.end);
    update_disksize(inode, page, part.end);
    sim::at<"ext4_da_write_end:dirty">();
  }
  page.lock.unlock();
  if (journals) ext4_journal_stop(inode.sb);
  return error;
}

/// The iomap way: the whole range is mapped before any folio is locked.
int map_range(ext4_inode_info& inode, ByteRange range) {
  sim::Frame frame("ext4_iomap_buffered_io_begin");
  const ByteRange whole = sectors_around(range);
  for (u64 lblk = whole.start >> kPageShift; lblk < whole.end >> kPageShift; ++lblk) {
    ext4_map_blocks_t map{lblk, 1};
    const int error = ext4_da_map_blocks(inode, map);
    if (error != 0) return error;
  }
  sim::at<"ext4_iomap_buffered_io_begin:mapped">();
  return 0;
}

/// A mapped folio of the iomap way; what iomap keeps per block stands in the buffer here.
void write_mapped_folio(ext4_inode_info& inode, const iov_iter& from, ByteRange part) {
  sim::Frame frame("iomap_write_iter");
  folio& page = filemap_grab_folio(inode.i_data, part.start >> kPageShift);
  folio_wait_stable(page);
  __block_write_begin(inode, page, part, ext4_da_get_block_prep);
  folio_store(page, from.source, part);
  block_commit_write(page);
  update_size(inode, part.end);
  update_disksize(inode, page, part.end);
  page.lock.unlock();
}

s64 buffered_write(ext4_inode_info& inode, kiocb& iocb, iov_iter& from) {
  const bool iomap = inode.sb.fixes.buffered_write_path == BufferedWritePath::iomap;
  s64 done = 0;
  if (iomap) {
    const int error = map_range(inode, range_of(iocb.ki_pos, from.count));
    if (error != 0) return error;
  }
  while (from.count != 0) {
    const u64 end =
        std::min(iocb.ki_pos + from.count, round_down(iocb.ki_pos, kPageSize) + kPageSize);
    const ByteRange part{iocb.ki_pos, end};
    int error = 0;
    if (iomap) {
      write_mapped_folio(inode, from, part);
    } else {
      error = write_folio(inode, from, part);
    }
    if (error != 0) return done != 0 ? done : error;
    iocb.ki_pos = end;
    from.count -= part.size();
    done += static_cast<s64>(part.size());
  }
  return done;
}

}  // namespace

s64 Operations::write_iter(kiocb& iocb, iov_iter& from) {
  auto& inode = EXT4_I(iocb.ki_inode);
  const ByteRange range = range_of(iocb.ki_pos, from.count);
  // A part of a block goes through the page cache here (docs/FIDELITY.md).
  const bool direct = iocb.direct && sectors_around(range) == range;
  if (direct) {
    const s64 written = ext4_dio_write_iter(inode, iocb, from);
    if (written != -ENOTBLK) return written;
    sim::at<"ext4_file_write_iter:fell_back_to_buffered">();
  }
  sim::Frame frame("ext4_buffered_write_iter");
  const bool locks = !mutant(Mutant::no_i_rwsem_in_write);
  if (locks) inode.i_rwsem.down_write();
  const s64 written = buffered_write(inode, iocb, from);
  if (locks) inode.i_rwsem.up_write();
  if (iocb.direct && written > 0) {
    filemap_write_and_wait_range(inode.i_data, range);
    invalidate_inode_pages2_range(inode.i_data, range);
  }
  return written;
}

s64 Operations::read_iter(kiocb& iocb, u64 count) {
  sim::Frame frame("ext4_file_read_iter");
  const ByteRange range = range_of(iocb.ki_pos, count);
  if (iocb.direct) return ext4_dio_read_iter(EXT4_I(iocb.ki_inode), range);
  return filemap_read(iocb.ki_inode, range);
}

int Operations::read_folio(folio& page) {
  sim::Frame frame("ext4_read_folio");
  auto& inode = EXT4_I(page.host.host);
  ext4_map_blocks_t map{page.index, 1};
  const s64 mapped = ext4_map_blocks(inode, map, 0);
  if (mapped < 0) return static_cast<int>(mapped);
  const bool on_disk = mapped > 0 && (map.m_flags & EXT4_MAP_MAPPED) != 0;
  page.content.write() = on_disk ? inode.sb.device.read_sector(map.m_pblk << kPageShift) : kZeros;
  folio_mark_uptodate(page);
  return 0;
}

int Operations::page_mkwrite(folio& page) {
  sim::Frame frame("ext4_page_mkwrite");
  auto& inode = EXT4_I(page.host.host);
  const bool locks = inode.sb.fixes.fault_lock == FaultLock::shared_invalidate_lock;
  if (locks) inode.i_data.invalidate_lock.down_read();
  const int error = block_page_mkwrite(inode, page, ext4_da_get_block_prep);
  if (locks) inode.i_data.invalidate_lock.up_read();
  return error;
}

int Operations::fsync(inode& file) {
  sim::Frame frame("ext4_sync_file");
  trace("ext4_sync_file_enter", "ino {}", file.i_ino);
  const int error = filemap_write_and_wait_range(file.i_data, kWholeFile);
  ext4_commit_transaction(*sb_);
  trace("ext4_sync_file_exit", "ino {} ret {}", file.i_ino, error);
  return error;
}

}  // namespace kernel::ext4

/// fs/btrfs/file.c: buffered write, fsync, truncate. A buffered write reserves a chunk at a time
/// before it locks anything: reserving can wait for memory or for a commit, and both may need these
/// very folios.
#include "core/btrfs/file.hpp"

#include "core/btrfs/delalloc_space.hpp"
#include "core/btrfs/direct_io.hpp"
#include "core/btrfs/extent_io.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

/// Locks the chunk's folios with no ordered extent over them (lock_and_cleanup_extent_if_need).
/// Past the end of the file no range is locked. Returns whether it is.
bool prepare_pages(btrfs_inode& inode, ByteRange whole, std::pmr::vector<folio*>& pages) {
  while (true) {
    for (u64 at = whole.start; at < whole.end; at += kPageSize) {
      folio& page = filemap_grab_folio(inode.i_data, at >> kPageShift);
      folio_wait_writeback(page);
      pages.push_back(&page);
    }
    if (whole.start >= round_up(inode.i_size.read_under(inode.i_rwsem), kPageSize)) return false;
    lock_extent(inode.io_tree, whole);
    btrfs_ordered_extent* ordered = btrfs_lookup_ordered_range(inode, whole);
    if (ordered == nullptr || mutant(Mutant::ordered_not_looked_up_in_write)) return true;
    if (!mutant(Mutant::extent_locked_while_waiting)) unlock_extent(inode.io_tree, whole);
    for (folio* page : pages) page->lock.unlock();
    pages.clear();
    btrfs_start_ordered_extent(*ordered);
  }
}

/// A folio that is only partly overwritten is read first. Its range is locked or beyond the end of
/// the file.
void read_partial_folio(btrfs_inode& inode, folio& page, ByteRange written) {
  if (is_uptodate(page) || written.contains(page.bytes())) return;
  const extent_map extent = btrfs_get_extent(inode, page.pos(), page.bytes().end);
  page.content.write() = extent.hole ? kZeros : inode.fs_info.device.peek(extent.disk);
}

void copy_and_dirty(btrfs_inode& inode, const iov_iter& from, ByteRange written,
                    std::pmr::vector<folio*>& pages) {
  const ByteRange whole = sectors_around(written);
  for (folio* page : pages) {
    read_partial_folio(inode, *page, written);
    Content& content = page->content.write();
    content = content_after(content, from.source, page->pos(), written);
  }
  btrfs_clear_delalloc(inode, whole,
                       mutant(Mutant::rewrite_keeps_may_use) ? DelallocReservation::keep
                                                             : DelallocReservation::release_all);
  btrfs_set_extent_delalloc(inode, whole, btrfs_get_extent(inode, whole.start, whole.end).hole);
  for (folio* page : pages) {
    folio_mark_uptodate(*page);
    filemap_dirty_folio(*page);
  }
}

/// One chunk; 0 or a negative errno with nothing changed. With `extends`, a chunk beyond the end of
/// the file moves it.
int copy_one_range(btrfs_inode& inode, const iov_iter& from, ByteRange written, bool extends) {
  sim::Frame frame(extends ? "copy_one_range" : "btrfs_truncate_block");
  sim::Execution& execution = sim::current();
  const ByteRange whole = sectors_around(written);
  extent_changeset reserved(&execution.arena());
  const int error = btrfs_check_data_free_space(inode, reserved, whole);
  if (error != 0) return error;
  btrfs_delalloc_reserve_metadata(inode, whole.size());
  std::pmr::vector<folio*> pages(&execution.arena());
  const bool locked = prepare_pages(inode, whole, pages);
  copy_and_dirty(inode, from, written, pages);
  if (extends && written.end > inode.i_size.read_under(inode.i_rwsem))
    inode.i_size.write_once(written.end);
  if (locked) unlock_extent(inode.io_tree, whole);
  btrfs_delalloc_release_extents(inode, whole.size());
  for (folio* page : pages) page->lock.unlock();
  effect("{} is dirty", whole);
  return 0;
}

}  // namespace

s64 btrfs_buffered_write(kiocb& iocb, iov_iter& from) {
  sim::Frame frame("btrfs_buffered_write");
  auto& inode = static_cast<btrfs_inode&>(iocb.ki_inode);
  const u64 chunk = inode.fs_info.params.reserve_chunk * kPageSize;
  s64 done = 0;
  while (from.count != 0) {
    const u64 end = std::min(iocb.ki_pos + from.count, round_down(iocb.ki_pos, kPageSize) + chunk);
    const ByteRange written{iocb.ki_pos, end};
    const int error = copy_one_range(inode, from, written, true);
    if (error != 0) return done != 0 ? done : error;
    iocb.ki_pos = end;
    from.count -= written.size();
    done += static_cast<s64>(written.size());
  }
  return done;
}

s64 Operations::write_iter(kiocb& iocb, iov_iter& from) {
  sim::Frame frame("btrfs_file_write_iter");
  auto& inode = static_cast<btrfs_inode&>(iocb.ki_inode);
  if (iocb.direct) return btrfs_direct_write(iocb, from);
  if (!mutant(Mutant::no_i_rwsem_in_write)) inode.i_rwsem.down_write();
  const s64 written = btrfs_buffered_write(iocb, from);
  if (!mutant(Mutant::no_i_rwsem_in_write)) inode.i_rwsem.up_write();
  return written;
}

int Operations::fsync(inode& file) {
  sim::Frame frame("btrfs_sync_file");
  auto& inode = static_cast<btrfs_inode&>(file);
  inode.i_rwsem.down_write();
  const int error = btrfs_wait_ordered_range(inode, kWholeFile);
  inode.i_rwsem.up_write();
  return error;
}

int Operations::setattr_size(inode& file, u64 size) {
  sim::Frame frame("btrfs_setsize");
  auto& inode = static_cast<btrfs_inode&>(file);
  inode.i_rwsem.down_write();
  const u64 old_size = inode.i_size.read_under(inode.i_rwsem);
  inode.i_size.write_once(size);
  int error = 0;
  if (size < old_size) {
    truncate_inode_pages_range(inode.i_data, {size, kWholeFile.end});
    error = btrfs_truncate(inode, size, old_size);
  }
  inode.i_rwsem.up_write();
  return error;
}

int btrfs_truncate(btrfs_inode& inode, u64 size, u64 old_size) {
  sim::Frame frame("btrfs_truncate");
  const ByteRange gone{round_up(size, kPageSize), round_up(old_size, kPageSize)};
  if (!gone.empty()) {
    if (!mutant(Mutant::truncate_does_not_wait)) btrfs_wait_ordered_range(inode, gone);
    btrfs_join_transaction(inode.fs_info);
    lock_extent(inode.io_tree, gone);
    btrfs_drop_extents(inode, gone);
    unlock_extent(inode.io_tree, gone);
    btrfs_end_transaction(inode.fs_info);
  }
  const ByteRange tail{size, round_up(size, kPageSize)};
  return tail.empty() ? 0 : copy_one_range(inode, {}, tail, false);
}

}  // namespace kernel::btrfs

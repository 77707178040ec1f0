/// Direct writes before Linux 5.10: generic_file_direct_write (mm/filemap.c), btrfs_direct_IO and
/// btrfs_get_blocks_direct (fs/btrfs/inode.c). Data and metadata are reserved for the whole request
/// before anything of it is locked, and before older ordered extents on the same bytes have
/// finished.
#include "core/btrfs/direct_io.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

/// btrfs_direct_IO and the get_block loop under it. `overwrite`: all of it is inside the file, and
/// i_rwsem is not held.
s64 btrfs_direct_io(btrfs_inode& inode, ByteRange range, const iov_iter& from, bool overwrite) {
  sim::Frame frame("btrfs_direct_IO");
  sim::Execution& execution = sim::current();
  extent_changeset reserved(&execution.arena());
  int error = btrfs_check_data_free_space(inode, reserved, range);
  if (error != 0) return error;
  btrfs_delalloc_reserve_metadata(inode, range.size());
  sim::at<"btrfs_direct_IO:reserved">();
  auto& dio = execution.make<dio_completion>(inode.name);
  ByteRange left = range;
  while (!left.empty()) {
    error = lock_extent_direct(inode, left);
    if (error != 0) break;
    const dio_mapping mapping = btrfs_get_blocks_direct_write(inode, left);
    if (!overwrite && mapping.range.end > inode.i_size.read_under(inode.i_rwsem))
      inode.i_size.write_once(mapping.range.end);
    unlock_extent(inode.io_tree, left);
    submit_dio_bios(inode, mapping, from, dio);
    if ((mapping.ordered->flags.peek() & BTRFS_ORDERED_NOCOW) != 0)
      btrfs_space_info_free_bytes_may_use(inode.fs_info, mapping.range.size());
    left.start = mapping.range.end;
  }
  const int io_error = wait_for_dio(dio);
  if (!left.empty()) {
    btrfs_free_reserved_data_space(inode, reserved, left);
    btrfs_delalloc_release_metadata(inode, left.size());
  }
  btrfs_delalloc_release_extents(inode, range.size());
  if (io_error != 0) return io_error;
  return left.start == range.start ? error : static_cast<s64>(left.start - range.start);
}

}  // namespace

s64 generic_file_direct_write(btrfs_inode& inode, kiocb& iocb, iov_iter& from) {
  sim::Frame frame("generic_file_direct_write");
  const ByteRange range = range_of(iocb.ki_pos, from.count);
  int error = filemap_write_and_wait_range(inode.i_data, range);
  if (error != 0) return error;
  error = invalidate_inode_pages2_range(inode.i_data, range);
  if (error != 0) return error == -EBUSY ? 0 : error;
  sim::at<"generic_file_direct_write:pages_released">();
  const bool overwrite = range.end <= inode.i_size.read_under(inode.i_rwsem);
  if (overwrite) inode.i_rwsem.up_write();
  const s64 written = btrfs_direct_io(inode, range, from, overwrite);
  if (overwrite) inode.i_rwsem.down_write();
  if (written > 0) {
    invalidate_inode_pages2_range(inode.i_data, range);
    iocb.ki_pos += static_cast<u64>(written);
    from.count -= static_cast<u64>(written);
  }
  return written;
}

}  // namespace kernel::btrfs

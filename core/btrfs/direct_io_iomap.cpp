/// Direct writes over iomap: btrfs_dio_iomap_begin and btrfs_dio_iomap_end (fs/btrfs/direct-io.c)
/// under __iomap_dio_rw (fs/iomap/direct-io.c). Each mapping reserves for all that is left, and
/// gives back what it did not need. User buffers are always resident here, so no mapping is ever
/// submitted short.
#include "core/btrfs/direct_io.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

/// The mapping at left.start, with its reservation settled; -ENOTBLK or an error otherwise.
int btrfs_dio_iomap_begin(btrfs_inode& inode, ByteRange left, dio_mapping& mapping) {
  sim::Frame frame("btrfs_dio_iomap_begin");
  extent_changeset reserved(&sim::current().arena());
  int error = btrfs_check_data_free_space(inode, reserved, left);
  if (error != 0) return error;
  sim::at<"btrfs_dio_iomap_begin:reserved">();
  error = lock_extent_direct(inode, left);
  if (error != 0) {
    btrfs_free_reserved_data_space(inode, reserved, left);
    return error;
  }
  btrfs_delalloc_reserve_metadata(inode, left.size());
  mapping = btrfs_get_blocks_direct_write(inode, left);
  btrfs_delalloc_release_extents(inode, left.size());
  const ByteRange unused{mapping.range.end, left.end};
  if (!unused.empty()) btrfs_delalloc_release_metadata(inode, unused.size());
  if (mapping.range.end > inode.i_size.read_under(inode.i_rwsem))
    inode.i_size.write_once(mapping.range.end);
  if ((mapping.ordered->flags.peek() & BTRFS_ORDERED_NOCOW) != 0) {
    btrfs_free_reserved_data_space(inode, reserved, left);
  } else if (!unused.empty()) {
    btrfs_free_reserved_data_space(inode, reserved, unused);
  }
  unlock_extent(inode.io_tree, left);
  return 0;
}

}  // namespace

s64 iomap_direct_write(btrfs_inode& inode, kiocb& iocb, iov_iter& from) {
  sim::Frame frame("__iomap_dio_rw");
  const ByteRange range = range_of(iocb.ki_pos, from.count);
  trace("iomap_dio_rw_begin", "ino={} size={} offset={} length={} done_before=0", inode.i_ino,
        inode.i_size.read_under(inode.i_rwsem), range.start, range.size());
  int error = filemap_write_and_wait_range(inode.i_data, range);
  if (error != 0) return error;
  if (invalidate_inode_pages2_range(inode.i_data, range) != 0) return -ENOTBLK;
  sim::at<"__iomap_dio_rw:pages_released">();
  auto& dio = sim::current().make<dio_completion>(inode.name);
  ByteRange left = range;
  while (!left.empty()) {
    dio_mapping mapping;
    error = btrfs_dio_iomap_begin(inode, left, mapping);
    if (error != 0) break;
    submit_dio_bios(inode, mapping, from, dio);
    left.start = mapping.range.end;
  }
  const int io_error = wait_for_dio(dio);
  if (io_error != 0) return io_error;
  const u64 written = left.start - range.start;
  trace("iomap_dio_complete", "ino={} size={} offset={} error=0 ret={}", inode.i_ino,
        inode.i_size.read_under(inode.i_rwsem), left.start, written);
  if (written == 0) return error;
  if (invalidate_inode_pages2_range(inode.i_data, range_of(range.start, written)) != 0)
    pr_info(
        "Page cache invalidation failure on direct I/O.  Possible data corruption due to "
        "collision with buffered I/O!");
  iocb.ki_pos += written;
  from.count -= written;
  return static_cast<s64>(written);
}

}  // namespace kernel::btrfs

/// fs/ext4/extents.c: fallocate. Plain allocation takes neither the invalidate lock nor any folio
/// lock: nothing but i_data_sem stands between it and a page fault.
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/map_blocks.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {
namespace {

/// ext4_update_inode_size.
void update_inode_size(ext4_inode_info& inode, u64 size) {
  if (size > inode.i_size.peek()) inode.i_size.write_once(size);
  if (size <= inode.i_disksize.peek()) return;
  inode.i_data_sem.down_write();
  inode.i_disksize.write() = std::max(inode.i_disksize.read(), size);
  inode.i_data_sem.up_write();
}

/// A handle for each piece. `new_size`: 0 keeps the size.
int ext4_alloc_file_blocks(ext4_inode_info& inode, ext4_lblk_t lblk, u64 len, u64 new_size,
                           u32 flags) {
  sim::Frame frame("ext4_alloc_file_blocks");
  while (len != 0) {
    ext4_journal_start(inode.sb);
    ext4_map_blocks_t map{lblk, len};
    const s64 mapped = ext4_map_blocks(inode, map, flags);
    if (mapped > 0) {
      lblk += static_cast<u64>(mapped);
      len -= static_cast<u64>(mapped);
      if (new_size != 0) update_inode_size(inode, std::min(new_size, lblk << kPageShift));
    }
    ext4_journal_stop(inode.sb);
    if (mapped <= 0) return mapped == 0 ? -ENOSPC : static_cast<int>(mapped);
  }
  return 0;
}

}  // namespace

int Operations::fallocate(inode& file, u32 mode, ByteRange range) {
  sim::Frame frame("ext4_fallocate");
  auto& inode = EXT4_I(file);
  const bool locks = !mutant(Mutant::no_i_rwsem_in_fallocate);
  if (locks) inode.i_rwsem.down_write();
  const bool grows = (mode & FALLOC_FL_KEEP_SIZE) == 0 && range.end > inode.i_size.peek();
  const ByteRange whole = sectors_around(range);
  const int error =
      ext4_alloc_file_blocks(inode, whole.start >> kPageShift, whole.size() >> kPageShift,
                             grows ? range.end : 0, EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT);
  sim::at<"ext4_fallocate:allocated">();
  if (locks) inode.i_rwsem.up_write();
  return error;
}

}  // namespace kernel::ext4

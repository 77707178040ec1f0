#include "core/btrfs/delalloc_space.hpp"

#include "core/btrfs/fs_info.hpp"
#include "core/kernel/mutant.hpp"

namespace kernel::btrfs {

int btrfs_check_data_free_space(btrfs_inode& inode, extent_changeset& reserved, ByteRange range) {
  sim::Frame frame("btrfs_check_data_free_space");
  const ByteRange whole = sectors_around(range);
  const u64 less = mutant(Mutant::reserve_one_sector_less) ? kPageSize : 0;
  int error = btrfs_reserve_data_bytes(inode.fs_info, whole.size() - less);
  if (error != 0) return error;
  error = btrfs_qgroup_reserve_data(inode, reserved, whole);
  if (error != 0 && !mutant(Mutant::edquot_keeps_may_use))
    btrfs_space_info_free_bytes_may_use(inode.fs_info, whole.size());
  return error;
}

void btrfs_free_reserved_data_space(btrfs_inode& inode, const extent_changeset& reserved,
                                    ByteRange range) {
  sim::Frame frame("btrfs_free_reserved_data_space");
  const ByteRange whole = sectors_around(range);
  btrfs_space_info_free_bytes_may_use(inode.fs_info, whole.size());
  btrfs_qgroup_free_data(inode, &reserved, whole);
}

u64 count_max_extents(u64 bytes) { return (bytes + kMaxExtentSize - 1) / kMaxExtentSize; }

void btrfs_delalloc_reserve_metadata(btrfs_inode& inode, u64 bytes) {
  const auto extents = static_cast<s64>(count_max_extents(bytes));
  btrfs_mod_outstanding_extents(inode, extents, static_cast<s64>(bytes));
  inode.extents_in_transit += extents;
}

void btrfs_delalloc_release_metadata(btrfs_inode& inode, u64 bytes) {
  btrfs_mod_outstanding_extents(inode, 0, -static_cast<s64>(bytes));
}

void btrfs_delalloc_release_extents(btrfs_inode& inode, u64 bytes) {
  const auto extents = static_cast<s64>(count_max_extents(bytes));
  if (!mutant(Mutant::extents_not_released)) btrfs_mod_outstanding_extents(inode, -extents);
  inode.extents_in_transit -= extents;
}

}  // namespace kernel::btrfs

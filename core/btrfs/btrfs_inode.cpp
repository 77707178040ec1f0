#include "core/btrfs/btrfs_inode.hpp"

#include "core/btrfs/fs_info.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/section.hpp"

namespace kernel::btrfs {

btrfs_inode::btrfs_inode(btrfs_fs_info& info, u64 number, const char* file_name)
    : inode(number, file_name, info.operations),
      fs_info(info),
      io_tree(*this, file_name),
      ordered_tree_lock({"ordered_tree_lock", file_name}),
      ordered_tree(ordered_tree_lock, "ordered_tree", kOrderedState, &sim::current().arena()),
      lock({"btrfs_inode.lock", file_name}),
      outstanding_extents(lock, "outstanding_extents", kBtrfsInodeState, 0),
      delalloc_bytes(lock, "delalloc_bytes", kBtrfsInodeState, 0),
      csum_bytes(lock, "csum_bytes", kBtrfsInodeState, 0),
      tree_lock({"btrfs-tree", file_name}),
      file_extents(tree_lock, "file extent items", kBtrfsInodeState, &sim::current().arena()),
      disk_i_size(tree_lock, "disk_i_size", kBtrfsInodeState, 0) {}

btrfs_inode& inode_of(address_space& mapping) { return static_cast<btrfs_inode&>(mapping.host); }

extent_map btrfs_get_extent(btrfs_inode& inode, u64 start, u64 end) {
  sim::spin_guard guard(inode.tree_lock, reads({start, end}));
  const auto& items = inode.file_extents.read();
  auto next = items.upper_bound(start);
  if (next != items.begin()) {
    const auto item = std::prev(next);
    const ByteRange covered = range_of(item->first, item->second.num_bytes);
    if (start < covered.end)
      return {
          {start, std::min(end, covered.end)}, false, item->second.disk + (start - item->first)};
  }
  return {{start, next == items.end() ? end : std::min(end, next->first)}, true, 0};
}

namespace {

/// Cuts `range` out of the items. Tree lock held.
void cut_items(btrfs_inode& inode, ByteRange range) {
  auto& items = inode.file_extents.write();
  auto next = items.lower_bound(range.start);
  if (next != items.begin()) {
    const auto item = std::prev(next);
    const ByteRange covered = range_of(item->first, item->second.num_bytes);
    if (range.start < covered.end) {
      const btrfs_file_extent_item whole = item->second;
      item->second.num_bytes = range.start - item->first;
      if (range.end < covered.end) {
        items.emplace(range.end, btrfs_file_extent_item{covered.end - range.end,
                                                        whole.disk + (range.end - covered.start),
                                                        whole.disk_num_bytes});
      }
    }
  }
  for (auto item = items.lower_bound(range.start);
       item != items.end() && item->first < range.end;) {
    const ByteRange covered = range_of(item->first, item->second.num_bytes);
    const btrfs_file_extent_item whole = item->second;
    item = items.erase(item);
    if (range.end < covered.end) {
      items.emplace(range.end, btrfs_file_extent_item{covered.end - range.end,
                                                      whole.disk + (range.end - covered.start),
                                                      whole.disk_num_bytes});
    }
  }
}

}  // namespace

void insert_reserved_file_extent(btrfs_inode& inode, ByteRange range, u64 disk,
                                 u64 disk_num_bytes) {
  sim::Frame frame("insert_reserved_file_extent");
  assert_extent_locked(inode.io_tree, range, "a file extent item is inserted");
  sim::spin_guard guard(inode.tree_lock, writes(range));
  cut_items(inode, range);
  inode.file_extents.write().emplace(range.start,
                                     btrfs_file_extent_item{range.size(), disk, disk_num_bytes});
  u64& size = inode.disk_i_size.write();
  size = std::max(size, std::min(inode.i_size.load_in_section(), range.end));
}

void btrfs_drop_extents(btrfs_inode& inode, ByteRange range) {
  assert_extent_locked(inode.io_tree, range, "file extent items are dropped");
  sim::spin_guard guard(inode.tree_lock, writes(range));
  cut_items(inode, range);
}

void btrfs_mod_outstanding_extents(btrfs_inode& inode, s64 extents, s64 checksum_bytes) {
  if (mutant(Mutant::inode_lock_outside_io_tree_lock)) {
    sim::spin_guard outer(inode.lock);
    sim::spin_guard inner(inode.io_tree.lock);
  }
  spin_guard_unless guard(Mutant::no_inode_lock, inode.lock, kAdds);
  inode.outstanding_extents.write() += extents;
  if (checksum_bytes != 0) inode.csum_bytes.write() += checksum_bytes;
}

}  // namespace kernel::btrfs

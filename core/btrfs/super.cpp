/// fs/btrfs/super.c, disk-io.c and the eviction part of inode.c: sync, evict, unmount, and what the
/// kernel checks there.
#include "core/btrfs/extent_io.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

/// evict_inode_truncate_pages: what the folios left in the io tree goes away with them.
void drop_io_tree(btrfs_inode& inode) {
  btrfs_clear_delalloc(inode, kWholeFile, DelallocReservation::release_all);
}

void warn_if(const btrfs_inode& inode, const char* counter, s64 value) {
  if (value == 0) return;
  warn("btrfs_destroy_inode",
       fmt::format("WARNING: {} is {} on destruction of inode {}", counter, value, inode.i_ino));
}

/// btrfs_destroy_inode.
void destroy_checks(btrfs_inode& inode) {
  sim::Frame frame("btrfs_destroy_inode");
  s64 extents = 0;
  s64 delalloc = 0;
  s64 checksums = 0;
  {
    sim::spin_guard guard(inode.lock);
    extents = inode.outstanding_extents.read();
    delalloc = inode.delalloc_bytes.read();
    checksums = inode.csum_bytes.read();
  }
  warn_if(inode, "outstanding_extents", extents);
  warn_if(inode, "delalloc_bytes", delalloc);
  warn_if(inode, "csum_bytes", checksums);
  while (btrfs_ordered_extent* ordered = btrfs_lookup_ordered_range(inode, kWholeFile)) {
    warn("btrfs_destroy_inode", fmt::format("found ordered extent {} {} on inode cleanup",
                                            ordered->range.start, ordered->range.size()));
    sim::spin_guard guard(inode.ordered_tree_lock);
    inode.ordered_tree.write().erase(ordered->range.start);
  }
  sim::spin_guard guard(inode.io_tree.lock);
  const auto left = inode.io_tree.state.read().next_run(0, EXTENT_QGROUP_RESERVED);
  if (left)
    warn("btrfs_qgroup_check_reserved_leak",
         fmt::format("leaking qgroup reserved space, ino: {}, start: {}, end: {}", inode.i_ino,
                     left->start, left->end - 1));
}

}  // namespace

btrfs_fs_info::btrfs_fs_info(Operations& hooks, const Parameters& parameters, const Fixes& variants)
    : operations(hooks),
      params(parameters),
      fixes(variants),
      device("disk", parameters.bio_errors),
      data_sinfo(parameters.data_total),
      qgroup(parameters.qgroup_limit),
      endio_write_workers({"endio_write_workers"}, "kworker/endio-write", 0),
      inodes(&sim::current().arena()) {
  operations.mount(*this);
}

int Operations::sync_fs() {
  sim::Frame frame("btrfs_sync_fs");
  for (btrfs_inode* inode : info_->inodes) filemap_fdatawrite_range(inode->i_data, kWholeFile);
  btrfs_wait_ordered_roots(*info_);
  btrfs_commit_transaction(*info_);
  return 0;
}

void Operations::evict_inode(inode& file) {
  sim::Frame frame("btrfs_evict_inode");
  auto& inode = static_cast<btrfs_inode&>(file);
  truncate_inode_pages_range(inode.i_data, kWholeFile);
  drop_io_tree(inode);
  destroy_checks(inode);
}

void Operations::put_super() {
  sim::Frame frame("close_ctree");
  btrfs_commit_transaction(*info_);
  btrfs_check_quota_leak(*info_);
  sim::spin_guard guard(info_->data_sinfo.lock);
  const u64 may_use = info_->data_sinfo.bytes_may_use.read();
  const u64 reserved = info_->data_sinfo.bytes_reserved.read();
  if (may_use != 0 || reserved != 0)
    warn("btrfs_free_block_groups",
         fmt::format("WARNING: data space_info has may_use {} reserved {} at unmount", may_use,
                     reserved));
}

}  // namespace kernel::btrfs

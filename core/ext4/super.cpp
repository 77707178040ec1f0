/// fs/ext4/super.c and the eviction part of inode.c: sync, evict, unmount, and what the kernel
/// checks there.
#include "core/ext4/delalloc_buffers.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/extents.hpp"
#include "core/ext4/extents_status.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {

ext4_sb_info::ext4_sb_info(Operations& hooks, const Parameters& parameters, const Fixes& variants)
    : operations(hooks),
      params(parameters),
      fixes(variants),
      device("disk", false),
      s_clusters_lock({"s_clusters_lock"}),
      s_freeclusters_counter(s_clusters_lock, "s_freeclusters_counter", kClusterState,
                             static_cast<s64>(parameters.clusters)),
      s_dirtyclusters_counter(s_clusters_lock, "s_dirtyclusters_counter", kClusterState, 0),
      group_lock({"ext4_group_lock"}),
      bitmap(group_lock, "block bitmap", kClusterState, &sim::current().arena()),
      freed_in_transaction(group_lock, "s_freed_data_list", kClusterState, &sim::current().arena()),
      j_barrier({"jbd2_handle"}),
      j_running_transaction(j_barrier, "j_running_transaction", 0, 0U),
      rsv_conversion_wq({"rsv_conversion_wq"}, "kworker/ext4-rsv-conversion", 0),
      data_on_disk("data_on_disk", &sim::current().untracked_memory()),
      inodes(&sim::current().arena()) {
  operations.mount(*this);
}

ext4_inode_info::ext4_inode_info(ext4_sb_info& sbi, u64 number, const char* file_name)
    : inode(number, file_name, sbi.operations),
      sb(sbi),
      quota(sbi.quota),
      i_data_sem({"i_data_sem", file_name}),
      extents(i_data_sem, "extent tree", kExtentState, &sim::current().arena()),
      i_disksize({"i_disksize", file_name}, kInodeState, 0U),
      i_es_lock({"i_es_lock", file_name}),
      i_es_tree(i_es_lock, "i_es_tree", kEsState, &sim::current().arena()),
      i_pending_tree(i_es_lock, "i_pending_tree", kEsState, &sim::current().arena()),
      i_block_reservation_lock({"i_block_reservation_lock", file_name}),
      i_reserved_data_blocks(i_block_reservation_lock, "i_reserved_data_blocks", kReservationState,
                             0U),
      i_completed_io_lock({"i_completed_io_lock", file_name}),
      i_rsv_conversion_list(i_completed_io_lock, "i_rsv_conversion_list", 0,
                            &sim::current().arena()),
      i_rsv_conversion_worker(i_completed_io_lock, "i_rsv_conversion_worker", 0, sim::kNoTask),
      i_dio_count({"i_dio_count", file_name}, kInodeState, 0U),
      i_dio_wait({"inode_dio_wait", file_name}),
      owed("owed", &sim::current().untracked_memory()) {
  // Writers waited for writeback of any folio until 1d1d1a767206 (Linux 3.9).
  i_data.stable_writes = delayed_by_buffers(*this);
}

void set_i_disksize(ext4_inode_info& inode, u64 size) {
  if (inode.i_disksize.read_under(inode.i_data_sem) != size) inode.i_disksize.write_once(size);
}

bool Operations::release_folio(folio& page) {
  page.buffers.write() = nullptr;
  return true;
}

void Operations::invalidate_folio(folio& page) {
  auto& inode = EXT4_I(page.host.host);
  if (delayed_by_buffers(inode)) release_by_buffers(inode, page);
  page.buffers.write() = nullptr;
}

int Operations::sync_fs() {
  sim::Frame frame("ext4_sync_fs");
  for (ext4_inode_info* inode : sb_->inodes) filemap_fdatawrite_range(inode->i_data, kWholeFile);
  for (ext4_inode_info* inode : sb_->inodes) filemap_fdatawait_range(inode->i_data, kWholeFile);
  ext4_commit_transaction(*sb_);
  return 0;
}

void Operations::evict_inode(inode& file) {
  sim::Frame frame("ext4_evict_inode");
  auto& inode = EXT4_I(file);
  truncate_inode_pages_range(inode.i_data, kWholeFile);
  ext4_es_remove_extent(inode, 0, kMaxBlocks);
  u64 reserved = 0;
  {
    sim::Frame destroy("ext4_destroy_inode");
    sim::spin_guard guard(inode.i_block_reservation_lock);
    reserved = inode.i_reserved_data_blocks.read();
  }
  const bool says_so = !delayed_by_buffers(inode);  // 6fed83957f21, 2021
  if (reserved != 0 && says_so)
    warn("ext4_destroy_inode",
         fmt::format("EXT4-fs (disk): Inode {} (____ptrval____): i_reserved_data_blocks ({}) not "
                     "cleared!",
                     inode.i_ino, reserved));
}

void Operations::put_super() {
  sim::Frame frame("ext4_put_super");
  ext4_commit_transaction(*sb_);
  s64 dirty = 0;
  {
    sim::spin_guard guard(sb_->s_clusters_lock);
    dirty = sb_->s_dirtyclusters_counter.read();
  }
  // Where settling gives clusters back, the counter drifts; nobody looked at it then.
  const bool drifts = sb_->fixes.delalloc_state == DelallocState::buffer_heads;
  if (dirty != 0 && !drifts)
    warn("ext4_put_super", fmt::format("WARNING: s_dirtyclusters_counter is {} at unmount", dirty));
}

}  // namespace kernel::ext4

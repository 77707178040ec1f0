/// fs/btrfs/inode.c: btrfs_run_delalloc_range, cow_file_range and run_delalloc_nocow: delayed
/// allocation gets a disk address and becomes ordered extents.
#include "core/btrfs/extent_io.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

/// The delayed allocation of an ordered extent ends, its range is unlocked, its folios are marked
/// ordered and, except for the first of all, unlocked. They stay dirty: whoever writes them back
/// next, or throws them away, accounts for them.
void hand_over_to_ordered(btrfs_ordered_extent& ordered, DelallocReservation reservation,
                          std::pmr::vector<folio*>& pages) {
  btrfs_inode& inode = ordered.inode;
  const ByteRange piece = ordered.range;
  if (mutant(Mutant::nocow_keeps_may_use)) reservation = DelallocReservation::keep;
  btrfs_clear_delalloc(inode, piece, reservation);
  if (!mutant(Mutant::no_extent_lock_in_writeback)) unlock_extent(inode.io_tree, piece);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    folio* page = pages[i];
    if (page == nullptr || !piece.contains(page->bytes())) continue;
    if (!mutant(Mutant::folio_not_marked_ordered)) page->ordered.write() = true;
    ordered.work.discharge(sim::current().running_id(), kPageSize);
    if (i == 0) continue;
    page->lock.unlock();
    pages[i] = nullptr;
  }
}

void cow_file_range(btrfs_inode& inode, ByteRange range, std::pmr::vector<folio*>& pages) {
  sim::Frame frame("cow_file_range");
  const u64 disk = btrfs_reserve_extent(inode.fs_info, range.size());
  auto& ordered = btrfs_alloc_ordered_extent(inode, range, disk, BTRFS_ORDERED_REGULAR);
  hand_over_to_ordered(ordered, DelallocReservation::keep, pages);
}

void run_delalloc_nocow(btrfs_inode& inode, ByteRange range, std::pmr::vector<folio*>& pages) {
  sim::Frame frame("run_delalloc_nocow");
  while (!range.empty()) {
    const extent_map extent = btrfs_get_extent(inode, range.start, range.end);
    if (extent.hole) {
      cow_file_range(inode, extent.range, pages);
    } else {
      auto& ordered =
          btrfs_alloc_ordered_extent(inode, extent.range, extent.disk, BTRFS_ORDERED_NOCOW);
      hand_over_to_ordered(ordered, DelallocReservation::release_data, pages);
    }
    range.start = extent.range.end;
  }
}

}  // namespace

void btrfs_run_delalloc_range(btrfs_inode& inode, ByteRange range,
                              std::pmr::vector<folio*>& pages) {
  sim::Frame frame("btrfs_run_delalloc_range");
  if (inode.nodatacow) {
    run_delalloc_nocow(inode, range, pages);
  } else {
    cow_file_range(inode, range, pages);
  }
}

}  // namespace kernel::btrfs

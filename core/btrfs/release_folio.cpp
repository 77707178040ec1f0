/// Folios leave the page cache: try_release_extent_state (fs/btrfs/extent_io.c) and
/// btrfs_invalidate_folio (fs/btrfs/inode.c).
#include "core/btrfs/extent_io.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

/// f695fdcef83a introduced the QGROUP_RESERVED bit and let a released folio drop it without its
/// reservation: the bytes were in nobody's books from then on, if their ordered extent had not
/// finished.
void release_qgroup_bits(btrfs_inode& inode, ByteRange bytes) {
  switch (inode.fs_info.fixes.released_qgroup_bit) {
    case ReleasedQgroupBit::kept: return;
    case ReleasedQgroupBit::freed: btrfs_qgroup_free_data(inode, nullptr, bytes); return;
    case ReleasedQgroupBit::cleared: {
      const u64 dropped = clear_record_extent_bits(inode.io_tree, bytes, EXTENT_QGROUP_RESERVED);
      if (dropped != 0) effect("QGROUP_RESERVED dropped on {}", bytes);
    }
  }
}

/// The folio's part of an ordered extent whose IO is not accounted yet will never be written.
void truncate_ordered(btrfs_inode& inode, folio& page, btrfs_ordered_extent& ordered) {
  if (mutant(Mutant::invalidated_part_forgotten)) return;
  {
    sim::spin_guard guard(inode.ordered_tree_lock);
    ordered.flags.write() |= BTRFS_ORDERED_TRUNCATED;
    u64& length = ordered.truncated_len.write();
    length = std::min(length, page.pos() - ordered.range.start);
  }
  btrfs_clear_delalloc(inode, page.bytes(), DelallocReservation::release_all);
  ordered.work.owe(sim::current().running_id(), page.bytes().size());
  btrfs_finish_ordered_extent(ordered, &page, page.bytes(), true);
}

}  // namespace

bool try_release_extent_mapping(btrfs_inode& inode, folio& page) {
  sim::Frame frame("try_release_extent_state");
  if (!mutant(Mutant::no_extent_lock_test_in_release) &&
      extent_is_locked(inode.io_tree, page.bytes())) {
    sim::at<"try_release_extent_state:range_locked">();
    return false;
  }
  sim::at<"try_release_extent_state:range_unlocked">();
  release_qgroup_bits(inode, page.bytes());
  sim::at<"try_release_extent_state:bits_cleared">();
  return true;
}

void btrfs_invalidate_folio(btrfs_inode& inode, folio& page) {
  sim::Frame frame("btrfs_invalidate_folio");
  folio_wait_writeback(page);
  const ByteRange bytes = page.bytes();
  lock_extent(inode.io_tree, bytes);
  btrfs_ordered_extent* ordered = btrfs_lookup_ordered_range(inode, bytes);
  if (ordered != nullptr && page.ordered.read()) truncate_ordered(inode, page, *ordered);
  btrfs_clear_delalloc(inode, bytes, DelallocReservation::release_all);
  // Only legal for clean folios where the ordered extent carries the reservation itself: else an
  // ordered extent in flight still needs the bits (fa91e4aa1716 against 7dbeaad0af7d).
  const bool dirty = page.dirty.read();
  if (dirty || mutant(Mutant::invalidate_frees_in_flight) ||
      inode.fs_info.fixes.invalidated_qgroup_bits == InvalidatedQgroupBits::always_freed)
    btrfs_qgroup_free_data(inode, nullptr, bytes);
  unlock_extent(inode.io_tree, bytes);
  sim::at<"btrfs_invalidate_folio:bits_cleared">();
}

bool Operations::release_folio(folio& page) {
  return try_release_extent_mapping(inode_of(page.host), page);
}

void Operations::invalidate_folio(folio& page) {
  btrfs_invalidate_folio(inode_of(page.host), page);
}

}  // namespace kernel::btrfs

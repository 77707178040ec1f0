/// Planted mistakes, one at a time, to show that the checks of the core can fail. Compiled in with
/// FSWEAVE_MUTANTS only, which the shipped libraries never are: there every decision below is a
/// constant. tests/mutants holds the register of what each breaks and who notices.
#pragma once

#include "core/lib/byte_range.hpp"
#include "sim/sync/spinlock.hpp"

namespace kernel {

enum class Mutant : u8 {
  none,
  // mm/
  no_i_pages_lock_in_lookup,
  no_i_pages_lock_in_removal,
  no_folio_lock_in_reclaim,
  no_dirty_test_in_reclaim,
  no_writeback_test_in_reclaim,
  no_mapping_test_in_grab,
  no_dirty_tag,
  no_writeback_wakeup,
  writeback_tag_stays,
  // block/
  bio_loses_data,
  bio_never_ends,
  // btrfs: locks
  no_qgroup_lock,
  no_io_tree_lock,
  no_ordered_tree_lock,
  no_inode_lock,
  no_space_info_lock,
  no_delayed_refs_lock,
  inode_lock_outside_io_tree_lock,
  no_i_rwsem_in_write,
  no_extent_lock_in_completion,
  no_extent_lock_in_writeback,
  no_extent_lock_test_in_release,
  no_transaction_in_completion,
  extent_unlocked_before_item,
  extent_locked_while_waiting,
  extent_stays_locked,
  // btrfs: ordered extents
  no_ordered_wakeup,
  no_direct_wakeup,
  bio_not_handed_over,
  accounted_twice,
  finished_in_bio_end,
  writeback_cleared_first,
  io_done_is_complete,
  ordered_not_looked_up_in_write,
  ordered_not_looked_up_in_direct,
  truncate_does_not_wait,
  item_at_wrong_offset,
  item_at_wrong_address,
  direct_error_ignored,
  folio_not_marked_ordered,
  run_not_cut_to_folio,
  ordered_waits_for_more,
  ordered_mark_stays,
  invalidated_part_forgotten,
  // btrfs: reservations
  qgroup_freed_without_counter,
  qgroup_freed_twice,
  edquot_keeps_bits,
  edquot_keeps_may_use,
  edquot_too_early,
  record_too_small,
  record_not_accounted,
  record_not_referenced,
  allocation_keeps_may_use,
  nocow_keeps_may_use,
  nocow_keeps_qgroup,
  reserve_one_sector_less,
  rewrite_keeps_may_use,
  failed_extent_keeps_space,
  failed_extent_keeps_qgroup,
  extents_not_released,
  extent_not_uncounted,
  csum_bytes_not_released,
  delalloc_bytes_miscounted,
  invalidate_frees_in_flight,
  // mm/ and vfs/, as ext4 uses them
  folio_stays_mapped,
  cleaned_folio_stays_writable,
  no_dq_data_lock,
  // ext4: locks
  no_i_rwsem_in_fallocate,
  no_invalidate_lock_in_truncate,
  no_invalidate_lock_in_punch,
  no_data_sem_in_map_blocks,
  no_data_sem_in_da_map_blocks,
  no_es_lock_in_lookup,
  no_es_lock_in_insert_delayed,
  no_clusters_lock,
  no_group_lock,
  no_data_sem_in_truncate,
  no_data_sem_in_punch,
  no_completed_io_lock,
  no_journal_barrier,
  // ext4: blocks
  cluster_not_marked,
  truncate_keeps_blocks,
  truncate_keeps_status,
  conversion_not_queued,
  writeback_ends_before_conversion,
  no_conversion_after_direct_write,
  conversion_too_short,
  delayed_folio_cleaned,
  direct_io_not_uncounted,
  punch_keeps_folios,
  shrinker_takes_delayed,
  hole_replaces_delayed,
  // ext4: reservations
  no_reservation_lock,
  claimed_too_much,
  allocated_cluster_not_pending,
  cluster_on_disk_not_looked_up,
  enospc_keeps_quota,
  release_keeps_quota,
  removed_stays_reserved,
  allocation_keeps_claim,
  settled_stays_dirty,
  allocated_stays_free,
  freed_cluster_stays_charged,
};

#ifdef FSWEAVE_MUTANTS
inline Mutant planted_mutant = Mutant::none;
inline bool mutant(Mutant mistake) { return planted_mutant == mistake; }
#else
constexpr bool mutant(Mutant) { return false; }
#endif

/// A spin_guard that one mutant leaves out.
class spin_guard_unless {
 public:
  spin_guard_unless(Mutant mistake, sim::spinlock& lock, sim::Section section = {})
      : lock_(lock), held_(!mutant(mistake)) {
    if (held_) lock_.lock(section);
  }
  ~spin_guard_unless() {
    if (held_) lock_.unlock();
  }
  spin_guard_unless(const spin_guard_unless&) = delete;
  spin_guard_unless& operator=(const spin_guard_unless&) = delete;

 private:
  sim::spinlock& lock_;
  const bool held_;
};

}  // namespace kernel

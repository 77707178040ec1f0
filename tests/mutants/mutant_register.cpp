#include "tests/mutants/mutant_register.hpp"

#include <iterator>
#include <vector>

namespace mutants {
namespace {

using enum Notice;
using kernel::Mutant;

constexpr Scene kReclaim{"reclaim", "open -f foo; pwrite 0 4k",
                         "flusher = writeback foo | shrinker = reclaim foo"};
constexpr Scene kReclaim59{"reclaim, btrfs-5.9", "open -f foo; pwrite 0 4k",
                           "flusher = writeback foo | shrinker = reclaim foo", "",
                           R"("era": "btrfs-5.9")"};
constexpr Scene kMounted{"reclaim, stays mounted",
                         "open -f foo; pwrite 0 4k",
                         "flusher = writeback foo | shrinker = reclaim foo",
                         "",
                         "",
                         "btrfs",
                         false};
constexpr Scene kWriteReclaim{"write against reclaim", "open -f foo; pwrite 0 4k; fsync",
                              "writer = foo: pwrite 0 4k | shrinker = reclaim foo"};
constexpr Scene kRewrite{"rewrite", "open -f foo; pwrite 0 4k",
                         "flusher = writeback foo | writer = foo: pwrite 0 4k"};
constexpr Scene kRewriteSync{"rewrite and fsync", "open -f foo; pwrite 0 4k",
                             "flusher = writeback foo | writer = foo: pwrite 0 4k; foo: fsync"};
constexpr Scene kNocow{"nodatacow rewrite", "open -f foo; pwrite 0 4k; fsync; pwrite 0 4k",
                       "flusher = writeback foo | shrinker = reclaim foo", R"("nodatacow": true)"};
constexpr Scene kSync{"fsync against writeback", "open -f foo; pwrite 0 4k",
                      "flusher = writeback foo | syncer = foo: fsync"};
constexpr Scene kAppend{"append against writeback", "open -f foo; pwrite 0 4k",
                        "flusher = writeback foo | writer = foo: pwrite 4k 4k"};
constexpr Scene kTwoWriters{"two appending writers", "open -f foo",
                            "left = foo: pwrite 4k 4k | right = foo: pwrite 8k 4k"};
constexpr Scene kSecondPage{"writeback of the second page", "open -f foo; pwrite 0 8k",
                            "flusher = writeback foo 4k 4k"};
constexpr Scene kTruncate{
    "truncate against writeback", "open -f foo; pwrite 0 4k",
    "flusher = writeback foo | truncater = foo: truncate 0; foo: truncate 4k"};
constexpr Scene kTruncate59{"truncate against writeback, btrfs-5.9", "open -f foo; pwrite 0 4k",
                            "flusher = writeback foo | truncater = foo: truncate 0", "",
                            R"("era": "btrfs-5.9")"};
constexpr Scene kCutTail{"truncate of the second page", "open -f foo; pwrite 0 8k",
                         "flusher = writeback foo 0 4k | truncater = foo: truncate 4k"};
constexpr Scene kDirect{"direct write over dirty pages", "open -f foo; pwrite 0 4k",
                        "direct = foo: pwrite -d 0 4k", R"("nodatasum": true)"};
constexpr Scene kDirectError{"failing direct write", "open -f foo; pwrite 0 4k; fsync",
                             "direct = foo: pwrite -d 0 4k",
                             R"("nodatasum": true, "bio_errors": true)"};
constexpr Scene kTwoFiles{
    "two files", "open -f foo; pwrite 0 4k; open -f bar; pwrite 0 4k",
    "left = foo: pwrite 4k 4k; foo: fsync | right = bar: pwrite 4k 4k; bar: fsync"};
constexpr Scene kLimit{"qgroup limit", "open -f foo",
                       "left = foo: pwrite 0 4k | right = foo: pwrite 4k 4k", R"("limit": "20k")"};

constexpr Row kRows[] = {
    {Mutant::no_i_pages_lock_in_lookup, "no_i_pages_lock_in_lookup",
     "a folio is looked up without the i_pages lock", &kWriteReclaim, shows, "data-race: i_pages"},
    {Mutant::no_i_pages_lock_in_removal, "no_i_pages_lock_in_removal",
     "a folio leaves the page cache without the i_pages lock", &kWriteReclaim, shows,
     "data-race: i_pages"},
    {Mutant::no_folio_lock_in_reclaim, "no_folio_lock_in_reclaim",
     "reclaim does not lock the folio that it drops", &kWriteReclaim, shows, "data-race: PG_dirty"},
    {Mutant::no_dirty_test_in_reclaim, "no_dirty_test_in_reclaim", "reclaim drops dirty folios",
     &kReclaim, shows, "wrong-data: foo"},
    {Mutant::no_writeback_test_in_reclaim, "no_writeback_test_in_reclaim",
     "reclaim drops folios under writeback", &kReclaim, shows, "invariant: tagged-folios-cached"},
    {Mutant::no_mapping_test_in_grab, "no_mapping_test_in_grab",
     "a folio that left the page cache before it was locked is written to", &kWriteReclaim, shows,
     "wrong-data: foo"},
    {Mutant::no_dirty_tag, "no_dirty_tag", "a dirty folio is not tagged", &kWriteReclaim, shows,
     "wrong-data: foo"},
    {Mutant::no_writeback_wakeup, "no_writeback_wakeup", "the end of writeback wakes nobody",
     &kSync, shows, "lost-wakeup: folio_wait_writeback"},
    {Mutant::writeback_tag_stays, "writeback_tag_stays", "the writeback tag outlives the writeback",
     &kSync, shows, "invariant: tagged-folios-cached"},
    {Mutant::bio_loses_data, "bio_loses_data", "a bio succeeds and moves nothing", &kReclaim, shows,
     "wrong-data: foo"},
    {Mutant::bio_never_ends, "bio_never_ends", "the end of a bio is lost", &kReclaim, shows,
     "lost-work: ordered extent"},
    {Mutant::no_qgroup_lock, "no_qgroup_lock", "charging a qgroup does not lock it", &kTwoFiles,
     shows, "data-race: qgroup rsv[DATA]", Search::random},
    {Mutant::no_io_tree_lock, "no_io_tree_lock", "setting io tree bits does not lock the tree",
     &kAppend, shows, "data-race: io_tree.state", Search::random},
    {Mutant::no_ordered_tree_lock, "no_ordered_tree_lock",
     "ordered extents are looked up without the lock", &kRewrite, shows, "data-race: ordered_tree"},
    {Mutant::no_inode_lock, "no_inode_lock", "the inode's counters change without its lock",
     &kAppend, shows, "data-race: outstanding_extents", Search::random},
    {Mutant::no_space_info_lock, "no_space_info_lock", "data space is promised without the lock",
     &kTwoFiles, shows, "data-race: bytes_may_use", Search::random},
    {Mutant::no_delayed_refs_lock, "no_delayed_refs_lock",
     "a delayed ref is added without the lock", &kTwoFiles, shows,
     "data-race: qgroup extent records", Search::random},
    {Mutant::inode_lock_outside_io_tree_lock, "inode_lock_outside_io_tree_lock",
     "the inode lock is taken outside the io tree's lock", &kReclaim, shows,
     "lock-order: btrfs_inode.lock"},
    {Mutant::no_i_rwsem_in_write, "no_i_rwsem_in_write", "buffered writes do not take i_rwsem",
     &kTwoWriters, shows, "wrong-data: foo"},
    {Mutant::no_extent_lock_in_completion, "no_extent_lock_in_completion",
     "the completion of an ordered extent does not lock its range", &kReclaim, shows,
     "invariant: extent-locked"},
    {Mutant::no_extent_lock_in_writeback, "no_extent_lock_in_writeback",
     "writeback does not lock the range that it allocates", &kReclaim, shows,
     "invariant: extent-locked"},
    {Mutant::no_extent_lock_test_in_release, "no_extent_lock_test_in_release",
     "a folio is released although its range is locked", &kReclaim, skips,
     "try_release_extent_state:range_locked"},
    {Mutant::no_transaction_in_completion, "no_transaction_in_completion",
     "the completion of an ordered extent does not join the transaction", &kReclaim, shows,
     "invariant: transaction-joined"},
    {Mutant::extent_unlocked_before_item, "extent_unlocked_before_item",
     "the range is unlocked before its item is inserted", &kReclaim, shows,
     "invariant: extent-locked"},
    {Mutant::extent_locked_while_waiting, "extent_locked_while_waiting",
     "a writer waits for an ordered extent with the range locked", &kRewrite, shows, "deadlock: "},
    {Mutant::extent_stays_locked, "extent_stays_locked",
     "the completion of an ordered extent leaves its range locked", &kMounted, shows,
     "invariant: in-flight-at-rest"},
    {Mutant::no_ordered_wakeup, "no_ordered_wakeup", "a complete ordered extent wakes nobody",
     &kSync, shows, "lost-wakeup: ordered->wait"},
    {Mutant::no_direct_wakeup, "no_direct_wakeup", "the last bio of a direct write wakes nobody",
     &kDirect, shows, "lost-wakeup: dio->waiter"},
    {Mutant::bio_not_handed_over, "bio_not_handed_over",
     "writeback does not hand its work on to the bio", &kReclaim, shows,
     "lost-work: ordered extent"},
    {Mutant::accounted_twice, "accounted_twice", "the IO of a folio is accounted twice", &kReclaim,
     shows, "kernel-warning: btrfs_finish_ordered_extent"},
    {Mutant::finished_in_bio_end, "finished_in_bio_end",
     "the ordered extent is finished inside the bio's end", &kReclaim59, hides,
     "invariant: qgroup-data-reservation"},
    {Mutant::writeback_cleared_first, "writeback_cleared_first",
     "writeback ends before its IO is accounted", &kTruncate, shows, "data-race: PG_ordered"},
    {Mutant::io_done_is_complete, "io_done_is_complete",
     "waiters take IO_DONE of an ordered extent for COMPLETE", &kTruncate, shows,
     "wrong-data: foo"},
    {Mutant::ordered_not_looked_up_in_write, "ordered_not_looked_up_in_write",
     "a buffered write does not wait for the ordered extent under it", &kRewriteSync, shows,
     "kernel-bug: btrfs_alloc_ordered_extent", Search::random},
    {Mutant::ordered_not_looked_up_in_direct, "ordered_not_looked_up_in_direct",
     "a direct write does not wait for the ordered extent under it", &kDirect, shows,
     "kernel-bug: btrfs_alloc_ordered_extent"},
    {Mutant::truncate_does_not_wait, "truncate_does_not_wait",
     "a truncate does not wait for the ordered extents that it cuts", &kTruncate, shows,
     "wrong-data: foo"},
    {Mutant::item_at_wrong_offset, "item_at_wrong_offset",
     "the file extent item stands one sector too far in the file", &kReclaim, shows,
     "wrong-data: foo"},
    {Mutant::item_at_wrong_address, "item_at_wrong_address",
     "the file extent item points one sector too far on the disk", &kReclaim, shows,
     "wrong-data: foo"},
    {Mutant::direct_error_ignored, "direct_error_ignored",
     "a failed direct write is accounted as a success", &kDirectError, shows, "wrong-data: foo"},
    {Mutant::folio_not_marked_ordered, "folio_not_marked_ordered",
     "folios of an ordered extent are not marked", &kReclaim, shows,
     "kernel-warning: extent_writepage"},
    {Mutant::run_not_cut_to_folio, "run_not_cut_to_folio",
     "writeback allocates for bytes before its folio", &kSecondPage, shows, "deadlock: "},
    {Mutant::ordered_waits_for_more, "ordered_waits_for_more",
     "an ordered extent waits for a sector more than it is long", &kReclaim, shows,
     "invariant: ordered-bytes-left"},
    {Mutant::ordered_mark_stays, "ordered_mark_stays",
     "folios stay marked ordered when their IO is accounted", &kReclaim, shows,
     "invariant: ordered-folios-counted"},
    {Mutant::invalidated_part_forgotten, "invalidated_part_forgotten",
     "a folio is thrown away and its part of an ordered extent is not accounted", &kCutTail, shows,
     "invariant: ordered-bytes-owned"},
    {Mutant::qgroup_freed_without_counter, "qgroup_freed_without_counter",
     "a freed reservation stays in the qgroup's counter", &kNocow, shows,
     "invariant: in-transit-at-rest"},
    {Mutant::qgroup_freed_twice, "qgroup_freed_twice", "a reservation is freed twice", &kNocow,
     shows, "kernel-warning: qgroup_rsv_release"},
    {Mutant::edquot_keeps_bits, "edquot_keeps_bits",
     "-EDQUOT leaves the bits of the failed reservation", &kLimit, shows,
     "invariant: in-transit-at-rest"},
    {Mutant::edquot_keeps_may_use, "edquot_keeps_may_use", "-EDQUOT leaves the data space promised",
     &kLimit, shows, "invariant: in-transit-at-rest"},
    {Mutant::edquot_too_early, "edquot_too_early", "the last sector below the limit is refused",
     &kLimit, shows, "invariant: early-edquot"},
    {Mutant::record_too_small, "record_too_small",
     "the extent record carries a sector less than the ordered extent brought", &kReclaim, shows,
     "invariant: in-transit-at-rest"},
    {Mutant::record_not_accounted, "record_not_accounted",
     "the commit does not give the record's reservation back", &kReclaim, shows,
     "invariant: qgroup-data-reservation"},
    {Mutant::record_not_referenced, "record_not_referenced",
     "the commit does not count a new extent as referenced", &kReclaim, shows,
     "invariant: referenced-at-rest"},
    {Mutant::allocation_keeps_may_use, "allocation_keeps_may_use",
     "disk space is allocated and stays promised", &kReclaim, shows, "invariant: data-may-use"},
    {Mutant::nocow_keeps_may_use, "nocow_keeps_may_use",
     "a NOCOW write keeps the data space that it does not need", &kNocow, shows,
     "invariant: in-transit-at-rest"},
    {Mutant::nocow_keeps_qgroup, "nocow_keeps_qgroup",
     "a NOCOW write keeps the qgroup reservation that it does not need", &kNocow, shows,
     "kernel-warning: btrfs_qgroup_check_reserved_leak"},
    {Mutant::reserve_one_sector_less, "reserve_one_sector_less",
     "one sector less than needed is promised", &kReclaim, shows, "invariant: in-transit-at-rest"},
    {Mutant::rewrite_keeps_may_use, "rewrite_keeps_may_use",
     "rewriting a dirty folio keeps the first promise too", &kRewrite, shows,
     "invariant: in-transit-at-rest"},
    {Mutant::failed_extent_keeps_space, "failed_extent_keeps_space",
     "a failed extent keeps its disk space", &kDirectError, shows,
     "invariant: data-bytes-reserved"},
    {Mutant::failed_extent_keeps_qgroup, "failed_extent_keeps_qgroup",
     "a failed extent keeps its qgroup reservation", &kDirectError, shows,
     "invariant: in-transit-at-rest"},
    {Mutant::extents_not_released, "extents_not_released",
     "the extent count of a finished reservation stays", &kReclaim, shows,
     "invariant: outstanding-extents"},
    {Mutant::extent_not_uncounted, "extent_not_uncounted",
     "a finished ordered extent stays in outstanding_extents", &kReclaim, shows,
     "invariant: outstanding-extents"},
    {Mutant::csum_bytes_not_released, "csum_bytes_not_released",
     "a finished ordered extent stays in csum_bytes", &kReclaim, shows,
     "invariant: csum-bytes-at-rest"},
    {Mutant::delalloc_bytes_miscounted, "delalloc_bytes_miscounted",
     "delalloc_bytes changes by half of what it should", &kReclaim, shows,
     "invariant: delalloc-bytes"},
    {Mutant::invalidate_frees_in_flight, "invalidate_frees_in_flight",
     "throwing a clean folio away frees the reservation of its data in flight", &kTruncate59, shows,
     "advisory: in-flight-data-reserved"},
};

}  // namespace

std::span<const Row> rows() {
  static const std::vector<Row> all = [] {
    std::vector<Row> rows(std::begin(kRows), std::end(kRows));
    rows.insert(rows.end(), ext4_rows().begin(), ext4_rows().end());
    return rows;
  }();
  return all;
}

}  // namespace mutants

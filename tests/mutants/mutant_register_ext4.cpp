#include "tests/mutants/mutant_register.hpp"

namespace mutants {
namespace {

using enum Notice;
using kernel::Mutant;

constexpr Scene ext4(const char* name, const char* setup, const char* tasks, const char* fs = "",
                     const char* kernel = "") {
  return {name, setup, tasks, fs, kernel, "ext4"};
}

constexpr Scene kFault =
    ext4("fault against fallocate", "open -f foo; truncate 4k; mmap 0 4k; mread 0 4k",
         "fault = foo: mwrite 0 4k | falloc = foo: falloc 0 4k");
constexpr Scene kFaultUncached =
    ext4("fault against fallocate, hole not cached",
         "open -f foo; truncate 4k; mmap 0 4k; mread 0 4k; es_shrink foo",
         "fault = foo: mwrite 0 4k | falloc = foo: falloc 0 4k");
constexpr Scene kFaultUncached610 =
    ext4("fault against fallocate, not cached, ext4-6.10 with 0ea6560abb3b",
         "open -f foo; truncate 4k; mmap 0 4k; mread 0 4k; es_shrink foo",
         "fault = foo: mwrite 0 4k | falloc = foo: falloc 0 4k", "",
         R"("era": "ext4-6.10", "fixes": {"0ea6560abb3b": "extent_status_and_disk"})");
constexpr const char* kFixed2011 =
    R"("era": "ext4-2011", "fixes": {"da_mapped_bit": "set_under_data_sem",
       "delalloc_search": "all_pages", "delay_bit_set": "under_shared_data_sem"})";
constexpr Scene kFault2011 = ext4(
    "fault against truncate, ext4-2011 fixed", "open -f foo; pwrite 16k 4k; mmap 0 4k",
    "fault = foo: mwrite 0 4k | truncater = foo: truncate 4k", R"("cluster": "8k")", kFixed2011);
constexpr Scene kPart2011 = ext4(
    "writeback of a part of a cluster, ext4-2011 fixed", "open -f foo; pwrite 0 8k",
    "flusher = writeback foo 0 4k | other = writeback foo 8k 4k", R"("cluster": "8k")", kFixed2011);
constexpr Scene kMappedReclaim =
    ext4("store against reclaim", "open -f foo; truncate 4k; mmap 0 4k; mwrite 0 4k; fsync",
         "writer = foo: mwrite 0 4k | shrinker = reclaim foo");
constexpr Scene kMappedWriteback =
    ext4("store against writeback", "open -f foo; truncate 4k; mmap 0 4k; mwrite 0 4k",
         "writer = foo: mwrite 0 4k | flusher = writeback foo");
constexpr Scene kReadBack =
    ext4("writeback against read", "open -f foo; pwrite 0 4k; mmap 0 4k",
         "flusher = writeback foo | reader = reclaim foo; foo: mwrite 0 1k");
constexpr Scene kFaultTruncate = ext4(
    "read fault against truncate", "open -f foo; pwrite 0 4k; fsync; reclaim foo; mmap 0 4k",
    "reader = foo: mread 0 4k; foo: mwrite 0 1k | truncater = foo: truncate 0; foo: truncate 4k");
constexpr Scene kFaultPunch =
    ext4("read fault against punch", "open -f foo; pwrite 0 4k; fsync; reclaim foo; mmap 0 4k",
         "reader = foo: mread 0 4k; foo: mwrite 0 1k | puncher = foo: fpunch 0 4k");
constexpr Scene kDirectWrite = ext4("direct write against shrinker", "open -f foo; truncate 4k",
                                    "direct = foo: pwrite -d 0 4k | shrinker = es_shrink foo");
constexpr Scene kTruncateDelayed =
    ext4("truncate of delayed blocks", "open -f foo; pwrite 0 4k",
         "truncater = foo: truncate 0; foo: truncate 4k | flusher = writeback foo");
constexpr Scene kTruncateWritten =
    ext4("truncate of written blocks", "open -f foo; pwrite 0 4k; fsync",
         "truncater = foo: truncate 0; foo: truncate 4k | reader = es_shrink foo 8k 4k");
constexpr Scene kTwoFallocates = ext4("two growing fallocates", "open -f foo",
                                      "left = foo: falloc 0 8k | right = foo: falloc 0 4k");
constexpr Scene kTwoFiles = ext4("two files, ext4", "open -f foo; open -f bar",
                                 "left = foo: pwrite 0 4k | right = bar: pwrite 0 4k");
constexpr Scene kTwoFilesFallocate = ext4("fallocate in two files", "open -f foo; open -f bar",
                                          "left = foo: falloc 0 4k | right = bar: falloc 0 4k");
constexpr Scene kShrinker = ext4("shrinker against writeback", "open -f foo; pwrite 0 4k",
                                 "shrinker = es_shrink foo | flusher = writeback foo");
constexpr Scene kFull =
    ext4("full disk", "open -f foo", "left = foo: pwrite 0 4k | right = foo: pwrite 4k 4k",
         R"("size": "4k")");
constexpr Scene kCluster =
    ext4("write beside a written block of a cluster", "open -f foo; pwrite 0 4k; fsync",
         "writer = foo: pwrite 4k 4k | flusher = writeback foo", R"("cluster": "16k")");
constexpr Scene kClusterShrinker =
    ext4("write beside a written block of a cluster, against the shrinker",
         "open -f foo; pwrite 0 4k; fsync", "writer = foo: pwrite 4k 4k | shrinker = es_shrink foo",
         R"("cluster": "16k")");

constexpr Scene kTruncateBeside =
    ext4("truncate beside writeback", "open -f foo; pwrite 0 8k",
         "truncater = foo: truncate 4k | flusher = writeback foo 0 4k");
constexpr Scene kPunchBeside = ext4("punch beside writeback", "open -f foo; pwrite 0 8k",
                                    "puncher = foo: fpunch 4k 4k | flusher = writeback foo 0 4k");
constexpr Scene kTwoExtents =
    ext4("writeback of two extents", "open -f foo; pwrite 0 4k; pwrite 8k 4k",
         "left = writeback foo 0 4k | right = writeback foo 8k 4k");
constexpr Scene kCommit = ext4("punch against commit", "open -f foo; pwrite 0 4k; fsync",
                               "puncher = foo: fpunch 0 4k | journal = commit");
constexpr Scene kMounted{"writeback, stays mounted",
                         "open -f foo; pwrite 0 4k",
                         "flusher = writeback foo",
                         "",
                         "",
                         "ext4",
                         false};

constexpr Row kRows[] = {
    {Mutant::folio_stays_mapped, "folio_stays_mapped",
     "a folio that leaves the page cache stays mapped", &kMappedReclaim, shows, "livelock: "},
    {Mutant::cleaned_folio_stays_writable, "cleaned_folio_stays_writable",
     "a folio is written back without write-protecting it first", &kMappedWriteback, shows,
     "data-race: folio content"},
    {Mutant::no_dq_data_lock, "no_dq_data_lock", "quota changes without its lock", &kTwoFiles,
     shows, "data-race: dqb_", Search::random},
    {Mutant::no_i_rwsem_in_fallocate, "no_i_rwsem_in_fallocate", "fallocate does not take i_rwsem",
     &kTwoFallocates, shows, "invariant: disk-size"},
    {Mutant::no_invalidate_lock_in_truncate, "no_invalidate_lock_in_truncate",
     "truncate does not hold faults off", &kFaultTruncate, shows, "wrong-data: foo"},
    {Mutant::no_invalidate_lock_in_punch, "no_invalidate_lock_in_punch",
     "punching a hole does not hold faults off", &kFaultPunch, shows, "wrong-data: foo"},
    {Mutant::no_data_sem_in_map_blocks, "no_data_sem_in_map_blocks",
     "blocks are allocated without i_data_sem", &kFaultUncached, shows, "data-race: extent tree"},
    {Mutant::no_data_sem_in_da_map_blocks, "no_data_sem_in_da_map_blocks",
     "a delayed block is inserted without i_data_sem", &kFault, shows, "invariant: extent-status"},
    {Mutant::no_es_lock_in_lookup, "no_es_lock_in_lookup",
     "the extent status is looked up without its lock", &kFault, shows, "data-race: i_es_tree"},
    {Mutant::no_es_lock_in_insert_delayed, "no_es_lock_in_insert_delayed",
     "a delayed extent is inserted without the lock of the tree", &kFault, shows,
     "data-race: i_es_tree"},
    {Mutant::no_clusters_lock, "no_clusters_lock", "clusters are promised without the lock",
     &kTwoFiles, shows, "data-race: s_dirtyclusters_counter", Search::random},
    {Mutant::no_group_lock, "no_group_lock", "the bitmap changes without its lock",
     &kTwoFilesFallocate, shows, "data-race: block bitmap", Search::random},
    {Mutant::no_data_sem_in_truncate, "no_data_sem_in_truncate",
     "truncate removes blocks without i_data_sem", &kTruncateBeside, shows,
     "data-race: extent tree"},
    {Mutant::no_data_sem_in_punch, "no_data_sem_in_punch",
     "punching a hole removes blocks without i_data_sem", &kPunchBeside, shows,
     "data-race: extent tree"},
    {Mutant::no_completed_io_lock, "no_completed_io_lock",
     "ended IO is queued for conversion without i_completed_io_lock", &kTwoExtents, shows,
     "data-race: i_rsv_conversion_list"},
    {Mutant::no_journal_barrier, "no_journal_barrier", "a commit does not wait for handles",
     &kCommit, shows, "data-race: j_running_transaction"},
    {Mutant::cluster_not_marked, "cluster_not_marked",
     "an allocated cluster stays free in the bitmap", &kTwoFilesFallocate, shows,
     "invariant: block-owner"},
    {Mutant::truncate_keeps_blocks, "truncate_keeps_blocks", "truncate leaves the blocks on disk",
     &kTruncateWritten, shows, "wrong-data: foo"},
    {Mutant::truncate_keeps_status, "truncate_keeps_status",
     "truncate leaves the extent status of what it cuts off", &kTruncateWritten, shows,
     "invariant: extent-status"},
    {Mutant::conversion_not_queued, "conversion_not_queued",
     "the end of IO does not queue the conversion", &kReadBack, shows, "lost-work: ext4_io_end"},
    {Mutant::writeback_ends_before_conversion, "writeback_ends_before_conversion",
     "writeback ends while the blocks are still unwritten", &kReadBack, shows, "wrong-data: foo"},
    {Mutant::no_conversion_after_direct_write, "no_conversion_after_direct_write",
     "a direct write leaves its blocks unwritten", &kDirectWrite, shows, "wrong-data: foo"},
    {Mutant::conversion_too_short, "conversion_too_short",
     "the last block of what was written stays unwritten", &kShrinker, shows,
     "invariant: unwritten-at-rest"},
    {Mutant::delayed_folio_cleaned, "delayed_folio_cleaned",
     "writeback cleans a delayed folio and does not map it", &kMounted, shows,
     "invariant: delayed-at-rest"},
    {Mutant::direct_io_not_uncounted, "direct_io_not_uncounted",
     "a direct write that has ended stays counted", &kDirectWrite, shows,
     "invariant: in-flight-at-rest"},
    {Mutant::punch_keeps_folios, "punch_keeps_folios",
     "punching a hole leaves the folios in the page cache", &kPunchBeside, shows,
     "invariant: buffer-state"},
    {Mutant::shrinker_takes_delayed, "shrinker_takes_delayed",
     "the shrinker forgets delayed extents", &kShrinker, shows, "invariant: reserved-clusters"},
    {Mutant::hole_replaces_delayed, "hole_replaces_delayed",
     "a hole is cached over a block that was delayed meanwhile", &kFaultUncached610, shows,
     "invariant: reserved-clusters"},
    {Mutant::no_reservation_lock, "no_reservation_lock",
     "a cluster is reserved without i_block_reservation_lock", &kFault2011, shows,
     "data-race: i_reserved_data_blocks"},
    {Mutant::claimed_too_much, "claimed_too_much",
     "writeback of a part of a delayed cluster takes the reservation of the rest", &kPart2011,
     shows, "invariant: reserved-clusters"},
    {Mutant::allocated_cluster_not_pending, "allocated_cluster_not_pending",
     "a delayed block of a cluster that has blocks is not pending", &kCluster, shows,
     "invariant: pending-clusters"},
    {Mutant::cluster_on_disk_not_looked_up, "cluster_on_disk_not_looked_up",
     "a cluster whose blocks are not cached counts as free", &kClusterShrinker, shows,
     "invariant: reserved-clusters"},
    {Mutant::enospc_keeps_quota, "enospc_keeps_quota", "-ENOSPC leaves the quota reserved", &kFull,
     shows, "invariant: quota"},
    {Mutant::release_keeps_quota, "release_keeps_quota",
     "blocks that are thrown away leave their quota reserved", &kTruncateDelayed, shows,
     "invariant: quota"},
    {Mutant::removed_stays_reserved, "removed_stays_reserved",
     "blocks that are thrown away stay reserved", &kTruncateDelayed, shows,
     "invariant: reserved-at-rest"},
    {Mutant::allocation_keeps_claim, "allocation_keeps_claim",
     "an allocation keeps what it was promised", &kTwoFallocates, shows,
     "invariant: in-transit-at-rest"},
    {Mutant::settled_stays_dirty, "settled_stays_dirty", "an allocated cluster stays promised, too",
     &kShrinker, shows, "invariant: dirty-clusters"},
    {Mutant::allocated_stays_free, "allocated_stays_free",
     "an allocated cluster is counted as free", &kShrinker, shows, "invariant: free-clusters"},
    {Mutant::freed_cluster_stays_charged, "freed_cluster_stays_charged",
     "a freed cluster stays charged", &kTruncateWritten, shows, "invariant: quota"},
};

}  // namespace

std::span<const Row> ext4_rows() { return kRows; }

}  // namespace mutants

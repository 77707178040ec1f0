#include "core/btrfs/ordered_data.hpp"

#include "core/btrfs/delalloc_space.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/btrfs/ordered_completion.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"

namespace kernel::btrfs {
namespace {

void trace_ordered(const char* event, const btrfs_ordered_extent& ordered) {
  if (!sim::current().narrating()) return;  // the names of flags are text
  trace(event, "ino={} file_offset={} start={} len={} disk_len={} bytes_left={} flags={}{}",
        ordered.inode.i_ino, ordered.range.start, ordered.disk_bytenr, ordered.range.size(),
        ordered.range.size(), ordered.bytes_left.peek(), ordered_flag_names(ordered.flags.peek()),
        ordered.complete.peek() ? "|COMPLETE" : "");
}

/// What happens to the reservation of `range` when it becomes an ordered extent's (7dbeaad0af7d).
/// Returns the bytes that the ordered extent carries from now on.
u64 take_over_qgroup_reservation(btrfs_inode& inode, ByteRange range, u32 type) {
  if (inode.fs_info.fixes.qgroup_data_owner == QgroupDataOwner::extent_bits) return 0;
  if ((type & BTRFS_ORDERED_NOCOW) != 0) {
    if (mutant(Mutant::nocow_keeps_qgroup)) return 0;
    btrfs_qgroup_free_data(inode, nullptr, range);
    return 0;
  }
  return btrfs_qgroup_release_data(inode, range);
}

}  // namespace

btrfs_ordered_extent::btrfs_ordered_extent(btrfs_inode& owner, ByteRange file_range, u64 disk,
                                           u32 type)
    : inode(owner),
      range(file_range),
      disk_bytenr(disk),
      bytes_left(owner.ordered_tree_lock, "bytes_left", kOrderedState,
                 file_range.size() + (mutant(Mutant::ordered_waits_for_more) ? kPageSize : 0)),
      flags(owner.ordered_tree_lock, "ordered->flags", kOrderedState, type),
      truncated_len(owner.ordered_tree_lock, "truncated_len", kOrderedState, kNotTruncated),
      qgroup_rsv("ordered->qgroup_rsv", kOrderedState, 0),
      complete({"BTRFS_ORDERED_COMPLETE", owner.name, file_range.start}, kOrderedState, false),
      wait({"ordered->wait", owner.name, file_range.start}),
      work("ordered extent") {}

std::string ordered_flag_names(u32 flags) {
  std::string names;
  const auto add = [&](u32 flag, const char* name) {
    if ((flags & flag) == 0) return;
    if (!names.empty()) names += "|";
    names += name;
  };
  add(BTRFS_ORDERED_REGULAR, "REGULAR");
  add(BTRFS_ORDERED_NOCOW, "NOCOW");
  add(BTRFS_ORDERED_DIRECT, "DIRECT");
  add(BTRFS_ORDERED_IO_DONE, "IO_DONE");
  add(BTRFS_ORDERED_IOERR, "IOERR");
  add(BTRFS_ORDERED_TRUNCATED, "TRUNCATED");
  return names;
}

btrfs_ordered_extent& btrfs_alloc_ordered_extent(btrfs_inode& inode, ByteRange range, u64 disk,
                                                 u32 type) {
  sim::Frame frame("btrfs_alloc_ordered_extent");
  sim::Execution& execution = sim::current();
  assert_extent_locked(inode.io_tree, range, "an ordered extent is created");
  const u64 reserved = take_over_qgroup_reservation(inode, range, type);
  auto& ordered = execution.make<btrfs_ordered_extent>(inode, range, disk, type);
  ordered.qgroup_rsv.write() = reserved;
  {
    sim::spin_guard guard(inode.ordered_tree_lock, writes(range));
    auto& tree = inode.ordered_tree.write();
    const auto next = tree.lower_bound(range.start);
    const bool overlaps =
        (next != tree.end() && next->first < range.end) ||
        (next != tree.begin() && std::prev(next)->second->range.end > range.start);
    if (overlaps) {
      bug("btrfs_alloc_ordered_extent",
          fmt::format("inconsistency in ordered tree at offset {}", range.start));
    } else {
      tree.emplace(range.start, &ordered);
      inode.extents_in_transit -= 1;
    }
    inode.fs_info.qgroup.in_transit -= static_cast<s64>(reserved);
    if ((type & BTRFS_ORDERED_NOCOW) == 0)
      inode.fs_info.data_sinfo_in_transit -= static_cast<s64>(range.size());
    ordered.work.owe(execution.running_id(), range.size());
    trace_ordered("btrfs_ordered_extent_add", ordered);
  }
  if (reserved != 0) {
    effect("ordered extent {} created, carries {} reserved bytes", range, reserved);
  } else {
    effect("ordered extent {} created", range);
  }
  btrfs_mod_outstanding_extents(inode, 1);
  inode.extents_in_transit += 1;
  sim::at<"btrfs_alloc_ordered_extent:added">();
  return ordered;
}

void btrfs_finish_ordered_extent(btrfs_ordered_extent& ordered, folio* page, ByteRange part,
                                 bool uptodate) {
  sim::Frame frame("btrfs_finish_ordered_extent");
  sim::Execution& execution = sim::current();
  const sim::TaskId self = execution.running_id();
  bool done = false;
  trace("btrfs_finish_ordered_extent", "ino={} start={} len={} uptodate={}", ordered.inode.i_ino,
        part.start, part.size(), uptodate ? 1 : 0);
  {
    sim::spin_guard guard(ordered.inode.ordered_tree_lock, writes(ordered.range));
    if (page != nullptr) {
      if (!page->ordered.read()) return;  // invalidation was first and accounted it
      page->ordered.write() = false;
    }
    u64& left = ordered.bytes_left.write();
    if (part.size() > left) {
      warn("btrfs_finish_ordered_extent",
           fmt::format(
               "bad ordered extent accounting, root=5 ino={} OE offset={} OE len={} to_dec={} "
               "left={}",
               ordered.inode.i_ino, ordered.range.start, ordered.range.size(), part.size(), left));
      left = 0;
    } else {
      left -= part.size();
    }
    if (!uptodate) ordered.flags.write() |= BTRFS_ORDERED_IOERR;
    done = left == 0;
    if (done) {
      ordered.flags.write() |= BTRFS_ORDERED_IO_DONE;
      trace_ordered("btrfs_ordered_extent_mark_finished", ordered);
    }
  }
  if (!done) {
    ordered.work.discharge(self, part.size());
    return;
  }
  if (mutant(Mutant::finished_in_bio_end)) {
    ordered.work.discharge(self, part.size());
    finish_ordered_fn(ordered);
    return;
  }
  const sim::TaskId worker = ordered.inode.fs_info.endio_write_workers.queue_work(
      [&ordered] { finish_ordered_fn(ordered); });
  ordered.work.owe(worker, 1);
  ordered.work.discharge(self, part.size());
  effect("ordered extent {} queued for completion", ordered.range);
  sim::at<"btrfs_finish_ordered_extent:work_queued">();
}

btrfs_ordered_extent* btrfs_lookup_ordered_range(btrfs_inode& inode, ByteRange range) {
  spin_guard_unless guard(Mutant::no_ordered_tree_lock, inode.ordered_tree_lock, reads(range));
  for (const auto& [start, ordered] : inode.ordered_tree.read())
    if (ordered->range.overlaps(range)) return ordered;
  return nullptr;
}

btrfs_ordered_extent* btrfs_lookup_last_ordered_extent(btrfs_inode& inode, ByteRange range) {
  sim::spin_guard guard(inode.ordered_tree_lock, reads(range));
  btrfs_ordered_extent* last = nullptr;
  for (const auto& [start, ordered] : inode.ordered_tree.read())
    if (ordered->range.overlaps(range)) last = ordered;
  return last;
}

void btrfs_start_ordered_extent(btrfs_ordered_extent& ordered) {
  sim::Frame frame("btrfs_start_ordered_extent");
  if ((ordered.flags.peek() & BTRFS_ORDERED_DIRECT) == 0)
    filemap_fdatawrite_range(ordered.inode.i_data, ordered.range);
  effect("waits for the ordered extent {}", ordered.range);
  if (mutant(Mutant::io_done_is_complete) && ordered.bytes_left.peek() == 0) return;
  sim::at<"btrfs_start_ordered_extent:waiting">();
  ordered.wait.wait_event(
      ordered.complete, [](bool complete) { return complete; }, &ordered.work);
}

int btrfs_wait_ordered_range(btrfs_inode& inode, ByteRange range) {
  sim::Frame frame("btrfs_wait_ordered_range");
  int error = filemap_write_and_wait_range(inode.i_data, range);
  ByteRange left = range;
  while (!left.empty()) {
    btrfs_ordered_extent* ordered = btrfs_lookup_last_ordered_extent(inode, left);
    if (ordered == nullptr) break;
    btrfs_start_ordered_extent(*ordered);
    if ((ordered->flags.peek() & BTRFS_ORDERED_IOERR) != 0) error = -EIO;
    left.end = ordered->range.start;
  }
  return error;
}

void btrfs_wait_ordered_roots(btrfs_fs_info& info) {
  sim::Frame frame("btrfs_wait_ordered_roots");
  for (btrfs_inode* inode : info.inodes) {
    while (btrfs_ordered_extent* ordered = btrfs_lookup_ordered_range(*inode, kWholeFile))
      btrfs_start_ordered_extent(*ordered);
  }
}

void btrfs_remove_ordered_extent(btrfs_ordered_extent& ordered) {
  sim::Frame frame("btrfs_remove_ordered_extent");
  btrfs_inode& inode = ordered.inode;
  const s64 uncounted = mutant(Mutant::extent_not_uncounted) ? 0 : 1;
  const s64 bytes =
      mutant(Mutant::csum_bytes_not_released) ? 0 : static_cast<s64>(ordered.range.size());
  btrfs_mod_outstanding_extents(inode, -uncounted, -bytes);
  inode.extents_in_transit -= 1;
  {
    sim::spin_guard guard(inode.ordered_tree_lock, writes(ordered.range));
    inode.ordered_tree.write().erase(ordered.range.start);
    inode.extents_in_transit += 1;
  }
  ordered.complete.store_release(true);
  trace_ordered("btrfs_ordered_extent_remove", ordered);
  sim::at<"btrfs_remove_ordered_extent:complete">();
  if (!mutant(Mutant::no_ordered_wakeup)) ordered.wait.wake_up_all();
  ordered.work.discharge(sim::current().running_id(), 1);
  effect("ordered extent {} complete", ordered.range);
}

void btrfs_lock_and_flush_ordered_range(btrfs_inode& inode, ByteRange range) {
  sim::Frame frame("btrfs_lock_and_flush_ordered_range");
  while (true) {
    lock_extent(inode.io_tree, range);
    btrfs_ordered_extent* ordered = btrfs_lookup_ordered_range(inode, range);
    if (ordered == nullptr) return;
    unlock_extent(inode.io_tree, range);
    btrfs_start_ordered_extent(*ordered);
  }
}

}  // namespace kernel::btrfs

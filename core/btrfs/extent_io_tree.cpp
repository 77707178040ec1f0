#include "core/btrfs/extent_io_tree.hpp"

#include "core/btrfs/btrfs_inode.hpp"
#include "core/btrfs/check.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"

namespace kernel::btrfs {
namespace {

u32 sector(u64 bytes) { return static_cast<u32>(bytes >> kPageShift); }

/// btrfs_{set,clear}_delalloc_extent: what a change of the DELALLOC runs does to the inode's
/// counters. Called with the tree locked; takes the inode lock inside.
void count_delalloc(btrfs_inode& inode, s64 runs, s64 bytes, s64 checksum_bytes) {
  spin_guard_unless guard(Mutant::no_inode_lock, inode.lock, kAdds);
  inode.outstanding_extents.write() += runs;
  inode.delalloc_bytes.write() += mutant(Mutant::delalloc_bytes_miscounted) ? bytes / 2 : bytes;
  inode.csum_bytes.write() += checksum_bytes;
}

}  // namespace

extent_io_tree::extent_io_tree(btrfs_inode& owner, const char* file_name)
    : inode(owner),
      lock({"io_tree.lock", file_name}),
      state(lock, "io_tree.state", kIoTreeState, &sim::current().arena()),
      locked({"EXTENT_LOCKED", file_name}) {}

void lock_extent(extent_io_tree& tree, ByteRange range) {
  tree.locked.lock(sector(range.start), sector(range.end));
}

void unlock_extent(extent_io_tree& tree, ByteRange range) {
  tree.locked.unlock(sector(range.start), sector(range.end));
}

bool extent_is_locked(extent_io_tree& tree, ByteRange range) {
  return tree.locked.test(sector(range.start), sector(range.end));
}

void assert_extent_locked(const extent_io_tree& tree, ByteRange range, const char* action) {
  sim::Execution& execution = sim::current();
  sim::Operation probe = sim::operation(sim::OpKind::lock, tree.locked.id());
  for (u32 at = sector(range.start); at < sector(range.end); ++at) {
    probe.begin = at;
    probe.end = at + 1;
    if (tree.locked.providers(*execution.running(), probe) == sim::mask_of(execution.running_id()))
      continue;
    execution.report(sim::FindingKind::invariant, kExtentLocked.name,
                     fmt::format("{} on {}, which the task has not locked", action, show(range)));
    return;
  }
}

u64 set_record_extent_bits(extent_io_tree& tree, ByteRange range, u32 bits,
                           std::pmr::vector<ByteRange>& changeset) {
  spin_guard_unless guard(Mutant::no_io_tree_lock, tree.lock, writes(range));
  return tree.state.write().set(range, bits, &changeset);
}

u64 clear_record_extent_bits(extent_io_tree& tree, ByteRange range, u32 bits) {
  sim::spin_guard guard(tree.lock, writes(range));
  return tree.state.write().clear(range, bits);
}

void btrfs_set_extent_delalloc(btrfs_inode& inode, ByteRange range, bool was_hole) {
  sim::spin_guard guard(inode.io_tree.lock, writes(range));
  BitRanges& state = inode.io_tree.state.write();
  const auto before = static_cast<s64>(state.runs(EXTENT_DELALLOC, kMaxExtentSize));
  const auto fresh = static_cast<s64>(range.size() - state.count(range, EXTENT_DELALLOC));
  state.set(range, EXTENT_DELALLOC | (was_hole ? EXTENT_DELALLOC_NEW : 0U));
  const auto after = static_cast<s64>(state.runs(EXTENT_DELALLOC, kMaxExtentSize));
  inode.fs_info.may_use_in_transit -= fresh;
  count_delalloc(inode, after - before, fresh, 0);
}

u64 btrfs_clear_delalloc(btrfs_inode& inode, ByteRange range, DelallocReservation reservation) {
  u64 cleared = 0;
  {
    sim::spin_guard guard(inode.io_tree.lock, writes(range));
    BitRanges& state = inode.io_tree.state.write();
    const auto before = static_cast<s64>(state.runs(EXTENT_DELALLOC, kMaxExtentSize));
    cleared = state.count(range, EXTENT_DELALLOC);
    if (cleared == 0) return 0;
    state.clear(range, EXTENT_DELALLOC | EXTENT_DELALLOC_NEW);
    const auto after = static_cast<s64>(state.runs(EXTENT_DELALLOC, kMaxExtentSize));
    const auto bytes = static_cast<s64>(cleared);
    inode.fs_info.may_use_in_transit += bytes;
    count_delalloc(inode, after - before, -bytes,
                   reservation == DelallocReservation::release_all ? -bytes : 0);
  }
  if (reservation != DelallocReservation::keep)
    btrfs_space_info_free_bytes_may_use(inode.fs_info, cleared);
  return cleared;
}

std::optional<ByteRange> find_delalloc_range(extent_io_tree& tree, u64 from) {
  sim::spin_guard guard(tree.lock, reads({from, kWholeFile.end}));
  std::optional<ByteRange> run = tree.state.read().next_run(from, EXTENT_DELALLOC);
  if (!run) return run;
  if (!mutant(Mutant::run_not_cut_to_folio)) run->start = std::max(run->start, from);
  run->end = std::min(run->end, run->start + kMaxExtentSize);
  return run;
}

bool is_delalloc(extent_io_tree& tree, ByteRange range) {
  sim::spin_guard guard(tree.lock, reads(range));
  return tree.state.read().all(range, EXTENT_DELALLOC);
}

}  // namespace kernel::btrfs

#include "core/btrfs/qgroup.hpp"

#include "core/btrfs/check.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/btrfs/ordered_data.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"

namespace kernel::btrfs {
namespace {

/// qgroup_rsv_release. qgroup_lock held. Two releases commute; a release and a charge do not: bits
/// that are set before they are charged can be freed in between (a NOCOW ordered extent on the same
/// bytes), and then the counter is clamped.
void release_reserved(btrfs_qgroup& qgroup, u64 bytes) {
  u64& reserved = qgroup.rsv_data.write();
  trace("btrfs_qgroup_update_reserve", "qgid={} type=DATA cur_reserved={} diff={}",
        btrfs_qgroup::kSubvolume, reserved, -static_cast<s64>(bytes));
  if (reserved < bytes) {
    warn("qgroup_rsv_release",
         fmt::format("qgroup 0/{} data reserved space underflow, have {} to free {}",
                     btrfs_qgroup::kSubvolume, reserved, bytes));
    reserved = 0;
    return;
  }
  reserved -= bytes;
}

/// A refusal that only a leaked reservation explains: what is referenced and really reserved leaves
/// room.
void report_early_edquot(const btrfs_fs_info& info, u64 bytes) {
  const QgroupHomes homes = qgroup_homes(info);
  const auto limit = static_cast<s64>(info.qgroup.max_rfer.peek());
  const s64 in_use = static_cast<s64>(info.qgroup.rfer.peek()) + homes.bits + homes.ordered +
                     homes.records + homes.transit;
  if (in_use + static_cast<s64>(bytes) > limit) return;
  sim::current().report(
      sim::FindingKind::invariant, kEarlyEdquot.name,
      fmt::format("-EDQUOT for {} bytes, although {} of {} bytes are in use: {} leaked", bytes,
                  in_use, limit,
                  homes.counter - homes.bits - homes.ordered - homes.records - homes.transit));
}

/// qgroup_reserve: charges `bytes`, or -EDQUOT where the limit would be crossed.
int charge(btrfs_fs_info& info, u64 bytes) {
  btrfs_qgroup& qgroup = info.qgroup;
  spin_guard_unless guard(Mutant::no_qgroup_lock, qgroup.qgroup_lock);
  const u64 limit = qgroup.max_rfer.read();
  const u64 reserved = qgroup.rsv_data.read();
  const u64 more = mutant(Mutant::edquot_too_early) ? kPageSize : 0;
  if (limit != 0 && reserved + qgroup.rfer.read() + bytes + more > limit) {
    report_early_edquot(info, bytes);
    return -EDQUOT;
  }
  trace("btrfs_qgroup_update_reserve", "qgid={} type=DATA cur_reserved={} diff={}",
        btrfs_qgroup::kSubvolume, reserved, bytes);
  qgroup.rsv_data.write() = reserved + bytes;
  qgroup.in_transit += static_cast<s64>(bytes);
  return 0;
}

void trace_data(const char* event, const btrfs_inode& inode, ByteRange range, u64 bytes,
                const char* op) {
  trace(event, "root=5 ino={} start={} len={} reserved={} op={}", inode.i_ino, range.start,
        range.size(), bytes, op);
}

/// One attempt: bits first, then the counter. Between the two the bytes are in nobody's books.
int reserve_data(btrfs_inode& inode, extent_changeset& reserved, ByteRange range) {
  btrfs_qgroup& qgroup = inode.fs_info.qgroup;
  extent_changeset newly(reserved.get_allocator());
  const u64 bytes = set_record_extent_bits(inode.io_tree, range, EXTENT_QGROUP_RESERVED, newly);
  qgroup.in_transit -= static_cast<s64>(bytes);
  trace_data("btrfs_qgroup_reserve_data", inode, range, bytes, "reserve");
  if (bytes == 0) {
    sim::at<"btrfs_qgroup_reserve_data:already_reserved">();
    return 0;
  }
  effect("QGROUP_RESERVED set on {}", range);
  sim::at<"btrfs_qgroup_reserve_data:bits_set">();
  const int error = charge(inode.fs_info, bytes);
  if (error == 0) {
    reserved.insert(reserved.end(), newly.begin(), newly.end());
    effect("reserved {} bytes", bytes);
    return 0;
  }
  if (mutant(Mutant::edquot_keeps_bits)) return error;
  for (const ByteRange& part : newly) {
    const u64 cleared = clear_record_extent_bits(inode.io_tree, part, EXTENT_QGROUP_RESERVED);
    qgroup.in_transit += static_cast<s64>(cleared);
  }
  effect("{} bytes over the limit: -EDQUOT", bytes);
  return error;
}

/// try_flush_qgroup: turn reservations into referenced bytes, so that what was reserved too much is
/// given back.
void try_flush_qgroup(btrfs_fs_info& info) {
  sim::Frame frame("try_flush_qgroup");
  for (btrfs_inode* inode : info.inodes) filemap_fdatawrite_range(inode->i_data, kWholeFile);
  btrfs_wait_ordered_roots(info);
  btrfs_commit_transaction(info);
}

}  // namespace

btrfs_qgroup::btrfs_qgroup(u64 limit)
    : qgroup_lock({"qgroup_lock"}),
      rsv_data(qgroup_lock, "qgroup rsv[DATA]", kQgroupState, 0),
      rfer(qgroup_lock, "qgroup rfer", kQgroupState, kNodeSize),
      max_rfer(qgroup_lock, "qgroup max_rfer", kQgroupState, limit) {}

int btrfs_qgroup_reserve_data(btrfs_inode& inode, extent_changeset& reserved, ByteRange range) {
  sim::Frame frame("btrfs_qgroup_reserve_data");
  const int error = reserve_data(inode, reserved, range);
  if (error != -EDQUOT || inode.fs_info.fixes.qgroup_over_limit == QgroupOverLimit::fail_at_once)
    return error;
  try_flush_qgroup(inode.fs_info);
  return reserve_data(inode, reserved, range);
}

u64 btrfs_qgroup_free_data(btrfs_inode& inode, const extent_changeset* reserved, ByteRange range) {
  sim::Frame frame("btrfs_qgroup_free_data");
  btrfs_qgroup& qgroup = inode.fs_info.qgroup;
  u64 bytes = 0;
  const auto clear = [&](ByteRange part) {
    if (part.empty()) return;
    const u64 cleared = clear_record_extent_bits(inode.io_tree, part, EXTENT_QGROUP_RESERVED);
    qgroup.in_transit += static_cast<s64>(cleared);
    bytes += cleared;
  };
  if (reserved == nullptr) {
    clear(range);
    trace_data("btrfs_qgroup_release_data", inode, range, bytes, "free");
  } else {
    for (const ByteRange& part : *reserved) clear(part.cut(range));
  }
  if (!mutant(Mutant::qgroup_freed_without_counter))
    btrfs_qgroup_free_refroot(inode.fs_info, bytes);
  if (mutant(Mutant::qgroup_freed_twice)) btrfs_qgroup_free_refroot(inode.fs_info, bytes);
  if (bytes != 0) effect("reservation of {} freed: {} bytes", range, bytes);
  return bytes;
}

u64 btrfs_qgroup_release_data(btrfs_inode& inode, ByteRange range) {
  sim::Frame frame("btrfs_qgroup_release_data");
  const u64 bytes = clear_record_extent_bits(inode.io_tree, range, EXTENT_QGROUP_RESERVED);
  inode.fs_info.qgroup.in_transit += static_cast<s64>(bytes);
  trace_data("btrfs_qgroup_release_data", inode, range, bytes, "release");
  effect("QGROUP_RESERVED taken from {}: {} bytes", range, bytes);
  return bytes;
}

void btrfs_qgroup_free_refroot(btrfs_fs_info& info, u64 bytes) {
  if (bytes == 0) return;
  sim::spin_guard guard(info.qgroup.qgroup_lock, kAdds);
  release_reserved(info.qgroup, bytes);
  info.qgroup.in_transit -= static_cast<s64>(bytes);
}

void btrfs_qgroup_account_extent(btrfs_fs_info& info, u64 disk, u64 bytes, u64 reserved) {
  sim::spin_guard guard(info.qgroup.qgroup_lock, kAdds);
  trace("btrfs_qgroup_account_extent", "bytenr={} num_bytes={} nr_old_roots=0 nr_new_roots=1", disk,
        bytes);
  if (!mutant(Mutant::record_not_referenced)) info.qgroup.rfer.write() += bytes;
  if (reserved != 0 && !mutant(Mutant::record_not_accounted))
    release_reserved(info.qgroup, reserved);
  info.qgroup.in_transit -= static_cast<s64>(reserved);
}

void btrfs_check_quota_leak(btrfs_fs_info& info) {
  sim::Frame frame("btrfs_check_quota_leak");
  u64 left = 0;
  {
    sim::spin_guard guard(info.qgroup.qgroup_lock);
    left = info.qgroup.rsv_data.read();
  }
  if (left == 0) return;
  warn("btrfs_check_quota_leak",
       fmt::format("BTRFS warning (device loop0): qgroup 0/{} has unreleased space, type 0 rsv {}",
                   btrfs_qgroup::kSubvolume, left));
  pr_info("BTRFS error (device loop0): qgroup reserved space leaked");
}

}  // namespace kernel::btrfs

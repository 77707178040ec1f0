#include "core/btrfs/space_info.hpp"

#include "core/btrfs/fs_info.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"

namespace kernel::btrfs {
namespace {

constexpr u64 kFirstDataByte = 13631488;  ///< where mkfs.btrfs puts the first data block group

/// btrfs_space_info_update_bytes_may_use. Lock held. The counter is clamped at zero, as the
/// kernel's is.
void update_may_use(btrfs_space_info& sinfo, s64 change) {
  u64& may_use = sinfo.bytes_may_use.write();
  trace("update_bytes_may_use", "type=DATA old={} diff={}", may_use, change);
  const char* direction = change < 0 ? "release" : "reserve";
  trace("btrfs_space_reservation", "space_info: 1 {} {}", direction, change < 0 ? -change : change);
  if (change < 0 && may_use < static_cast<u64>(-change)) {
    warn("btrfs_space_info_update_bytes_may_use",
         fmt::format("space_info bytes_may_use underflow, {} is less than {}", may_use, -change));
    may_use = 0;
    return;
  }
  may_use += static_cast<u64>(change);
}

}  // namespace

btrfs_space_info::btrfs_space_info(u64 total)
    : lock({"space_info.lock"}),
      total_bytes(total),
      bytes_may_use(lock, "bytes_may_use", kSpaceState, 0),
      bytes_reserved(lock, "bytes_reserved", kSpaceState, 0),
      bytes_used(lock, "bytes_used", kSpaceState, 0),
      free_from(lock, "free space", kSpaceState, kFirstDataByte) {}

int btrfs_reserve_data_bytes(btrfs_fs_info& info, u64 bytes) {
  btrfs_space_info& sinfo = info.data_sinfo;
  spin_guard_unless guard(Mutant::no_space_info_lock, sinfo.lock);
  const u64 promised =
      sinfo.bytes_used.read() + sinfo.bytes_reserved.read() + sinfo.bytes_may_use.read();
  if (promised + bytes > sinfo.total_bytes) return -ENOSPC;
  update_may_use(sinfo, static_cast<s64>(bytes));
  info.may_use_in_transit += static_cast<s64>(bytes);
  return 0;
}

void btrfs_space_info_free_bytes_may_use(btrfs_fs_info& info, u64 bytes) {
  if (bytes == 0) return;
  sim::spin_guard guard(info.data_sinfo.lock, kAdds);
  update_may_use(info.data_sinfo, -static_cast<s64>(bytes));
  info.may_use_in_transit -= static_cast<s64>(bytes);
}

u64 btrfs_reserve_extent(btrfs_fs_info& info, u64 bytes) {
  btrfs_space_info& sinfo = info.data_sinfo;
  sim::spin_guard guard(sinfo.lock);
  const u64 disk = sinfo.free_from.read();
  sinfo.free_from.write() = disk + bytes;
  sinfo.bytes_reserved.write() += bytes;
  info.data_sinfo_in_transit += static_cast<s64>(bytes);
  info.may_use_in_transit -= static_cast<s64>(bytes);
  trace("btrfs_space_reservation", "space_info: 1 reserve {}", bytes);
  if (!mutant(Mutant::allocation_keeps_may_use)) update_may_use(sinfo, -static_cast<s64>(bytes));
  trace("btrfs_reserve_extent", "block_group={} flags=1(DATA) start={} len={}", kFirstDataByte,
        disk, bytes);
  return disk;
}

void btrfs_free_reserved_extent(btrfs_fs_info& info, u64 disk, u64 bytes) {
  btrfs_space_info& sinfo = info.data_sinfo;
  sim::spin_guard guard(sinfo.lock);
  sinfo.bytes_reserved.write() -= bytes;
  if (sinfo.free_from.read() == disk + bytes) sinfo.free_from.write() = disk;
}

void btrfs_space_info_use_reserved(btrfs_fs_info& info, u64 bytes) {
  btrfs_space_info& sinfo = info.data_sinfo;
  sim::spin_guard guard(sinfo.lock, kAdds);
  sinfo.bytes_reserved.write() -= bytes;
  sinfo.bytes_used.write() += bytes;
  info.data_sinfo_in_transit -= static_cast<s64>(bytes);
}

}  // namespace kernel::btrfs

#include "cli/conform/btrfs_image.hpp"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <sys/ioctl.h>

#include <array>

#include <fmt/format.h>

#include "cli/conform/system_file.hpp"

namespace conform {
namespace {

namespace fs = std::filesystem;

/// What is compared, and what helps to read a difference.
constexpr std::array<std::string_view, 19> kBtrfsEvents = {
    "btrfs/btrfs_qgroup_reserve_data",
    "btrfs/btrfs_qgroup_release_data",
    "btrfs/btrfs_qgroup_update_reserve",
    "btrfs/btrfs_qgroup_account_extent",
    "btrfs/btrfs_ordered_extent_add",
    "btrfs/btrfs_ordered_extent_mark_finished",
    "btrfs/btrfs_ordered_extent_remove",
    "btrfs/btrfs_ordered_extent_split",
    "btrfs/btrfs_finish_ordered_extent",
    "btrfs/btrfs_reserve_extent",
    "btrfs/btrfs_space_reservation",
    "btrfs/update_bytes_may_use",
    "btrfs/btrfs_transaction_commit",
    "btrfs/btrfs_get_extent",
    "btrfs/btrfs_sync_file",
    "btrfs/btrfs_flush_space",
    "iomap/iomap_dio_rw_begin",
    "iomap/iomap_dio_complete",
    "iomap/iomap_iter",
};

}  // namespace

BtrfsImage::BtrfsImage(const fs::path& directory)
    : ImageFilesystem(directory, {"btrfs",
                                  "mkfs.btrfs",
                                  "btrfs-progs",
                                  {"-q", "--nodesize", "16384", "--sectorsize", "4096", "--data",
                                   "single", "--metadata", "dup"}}) {
  try {
    read_identity();
    enable_quotas();
    sync();
  } catch (...) {
    BtrfsImage::unmount();
    throw;
  }
}

BtrfsImage::~BtrfsImage() { BtrfsImage::unmount(); }

void BtrfsImage::read_identity() {
  const FileDescriptor top(root(), O_RDONLY | O_DIRECTORY);
  btrfs_ioctl_fs_info_args info{};
  if (::ioctl(top.get(), BTRFS_IOC_FS_INFO, &info) != 0)
    throw SystemFailure(with_errno("the id of the file system cannot be read"));
  for (std::size_t i = 0; i < BTRFS_FSID_SIZE; ++i) {
    const bool dash = i == 4 || i == 6 || i == 8 || i == 10;
    fsid_ += fmt::format("{}{:02x}", dash ? "-" : "", info.fsid[i]);
  }
  device_ = super_block_device();
}

void BtrfsImage::enable_quotas() const {
  const FileDescriptor top(root(), O_RDONLY | O_DIRECTORY);
  btrfs_ioctl_quota_ctl_args quota{};
  quota.cmd = BTRFS_QUOTA_CTL_ENABLE;
  if (::ioctl(top.get(), BTRFS_IOC_QUOTA_CTL, &quota) != 0)
    throw SystemFailure(with_errno("quotas cannot be enabled"));
  if (::ioctl(top.get(), BTRFS_IOC_QUOTA_RESCAN_WAIT) != 0)
    throw SystemFailure(with_errno("the quota rescan did not end"));
}

Counters BtrfsImage::counters() const {
  const auto sysfs = fs::path("/sys/fs/btrfs") / fsid_;
  const auto qgroup = sysfs / "qgroups/0_5";
  const auto data = sysfs / "allocation/data";
  const auto read = [](const fs::path& path) { return fmt::format("{}", read_counter(path)); };
  return {{"rsv_data", read(qgroup / "rsv_data")},
          {"referenced", read(qgroup / "referenced")},
          {"may_use", read(data / "bytes_may_use")},
          {"reserved", read(data / "bytes_reserved")},
          {"used", read(data / "bytes_used")}};
}

std::span<const std::string_view> BtrfsImage::events() const { return kBtrfsEvents; }

std::string BtrfsImage::only_ours(const std::string& trace, ino_t) const {
  return filter_btrfs_trace(trace, fsid_, device_);
}

void BtrfsImage::limit_referenced(std::uint64_t bytes) const {
  const FileDescriptor top(root(), O_RDONLY | O_DIRECTORY);
  btrfs_ioctl_qgroup_limit_args limit{};
  limit.qgroupid = 5;
  limit.lim.flags = BTRFS_QGROUP_LIMIT_MAX_RFER;
  limit.lim.max_rfer = bytes;
  if (::ioctl(top.get(), BTRFS_IOC_QGROUP_LIMIT, &limit) != 0)
    throw SystemFailure(with_errno("the qgroup limit cannot be set"));
}

void BtrfsImage::unmount() {
  if (!mounted()) return;
  ImageFilesystem::unmount();
  // btrfs remembers devices by path; a later file system on this loop device should not meet ours.
  const FileDescriptor control("/dev/btrfs-control", O_RDWR);
  btrfs_ioctl_vol_args forget{};
  loop_device().copy(forget.name, sizeof forget.name - 1);
  if (control.valid()) ::ioctl(control.get(), BTRFS_IOC_FORGET_DEV, &forget);
}

std::string filter_btrfs_trace(const std::string& trace, const std::string& fsid,
                               const std::string& device) {
  const auto of_device = fmt::format("dev {} ", device);
  return filter_lines(trace, [&](std::string& line) {
    const auto id = line.find(fsid);
    if (id != std::string::npos) line.replace(id, fsid.size(), "FSID");
    return id != std::string::npos || line.find(of_device) != std::string::npos;
  });
}

}  // namespace conform

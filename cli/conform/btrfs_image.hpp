/// A real btrfs of our own in an image file.
#pragma once

#include "cli/conform/image_filesystem.hpp"

namespace conform {

/// A btrfs with quotas.
class BtrfsImage final : public ImageFilesystem {
 public:
  explicit BtrfsImage(const std::filesystem::path& directory);
  ~BtrfsImage() override;

  Counters counters() const override;
  std::span<const std::string_view> events() const override;
  std::string only_ours(const std::string& trace, ino_t inode) const override;
  void unmount() override;

  /// Limits the referenced bytes of the top subvolume (BTRFS_IOC_QGROUP_LIMIT).
  void limit_referenced(std::uint64_t bytes) const;

 private:
  void enable_quotas() const;
  void read_identity();

  std::string fsid_;    ///< as btrfs tracepoints print it, `xxxxxxxx-xxxx-...`
  std::string device_;  ///< `MAJOR:MINOR`, as iomap tracepoints print it
};

/// Keeps the markers and the events of one btrfs, its id replaced by `FSID`.
std::string filter_btrfs_trace(const std::string& trace, const std::string& fsid,
                               const std::string& device);

}  // namespace conform

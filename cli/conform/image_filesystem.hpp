/// A real btrfs of our own in an image file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "cli/conform/recording.hpp"

namespace conform {

/// A btrfs with quotas in an image file of our own, mounted on a loop device. The image loses its
/// name as soon as the loop device holds it, and the loop device detaches itself at the last close,
/// so that the end of the process, however it comes, leaves neither behind.
class ImageFilesystem {
 public:
  /// `directory`: an empty directory for the image (sparse, 512 MiB) and the mount point.
  /// Throws Unavailable where there is no mkfs.btrfs, loop device or btrfs; SystemFailure
  /// otherwise.
  explicit ImageFilesystem(const std::filesystem::path& directory);
  ImageFilesystem(const ImageFilesystem&) = delete;
  ImageFilesystem& operator=(const ImageFilesystem&) = delete;
  ~ImageFilesystem();

  const std::filesystem::path& root() const { return mount_point_; }

  /// The id that btrfs tracepoints print, `xxxxxxxx-xxxx-...`.
  const std::string& fsid() const { return fsid_; }

  /// `MAJOR:MINOR` of the super block, as iomap tracepoints print it.
  const std::string& device() const { return device_; }

  bool mounted() const { return mounted_; }

  /// From sysfs. Throws Unavailable where sysfs does not have them.
  Counters counters() const;

  /// Limits the referenced bytes of the top subvolume (BTRFS_IOC_QGROUP_LIMIT).
  void limit_referenced(std::uint64_t bytes) const;

  /// Syncs this file system alone.
  void sync() const;

  void unmount();

 private:
  void make_image(const std::filesystem::path& image) const;
  void mount_image(const std::filesystem::path& image);
  void enable_quotas() const;
  void read_identity();

  std::filesystem::path mount_point_;
  std::string loop_device_;
  std::string fsid_;
  std::string device_;
  bool mounted_ = false;
};

}  // namespace conform

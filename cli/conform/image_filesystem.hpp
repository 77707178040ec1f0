/// A real file system of our own in an image file.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/conform/recording.hpp"

namespace conform {

/// A file system in an image file of our own, mounted on a loop device. The image loses its name as
/// soon as the loop device holds it, and the loop device detaches itself at the last close, so that
/// the end of the process, however it comes, leaves neither behind.
class ImageFilesystem {
 public:
  ImageFilesystem(const ImageFilesystem&) = delete;
  ImageFilesystem& operator=(const ImageFilesystem&) = delete;
  virtual ~ImageFilesystem();

  const std::filesystem::path& root() const { return mount_point_; }

  bool mounted() const { return mounted_; }

  /// From sysfs. Throws Unavailable where sysfs does not have them.
  virtual Counters counters() const = 0;

  /// Tracepoints to record, as `group/event`.
  virtual std::span<const std::string_view> events() const = 0;

  /// The markers of a trace and the events of this file system (ext4: of the file with this inode
  /// number).
  virtual std::string only_ours(const std::string& trace, ino_t inode) const = 0;

  /// Syncs this file system alone.
  void sync() const;

  virtual void unmount();

 protected:
  struct Kind {
    const char* type;
    const char* mkfs;
    const char* package;               ///< of Debian, where mkfs is
    std::vector<std::string> options;  ///< of mkfs; the layout is spelled out, so that other
                                       ///< defaults of another mkfs change nothing
  };

  /// `directory`: an empty directory for the image (sparse, 512 MiB) and the mount point. Throws
  /// Unavailable where there is no mkfs, loop device or file system of that kind; SystemFailure
  /// otherwise.
  ImageFilesystem(const std::filesystem::path& directory, const Kind& kind);

  const std::string& loop_device() const { return loop_device_; }

  /// `MAJOR:MINOR` of the super block.
  std::string super_block_device() const;

 private:
  void make_image(const std::filesystem::path& image, const Kind& kind) const;
  void mount_image(const std::filesystem::path& image, const char* type);

  std::filesystem::path mount_point_;
  std::string loop_device_;
  bool mounted_ = false;
};

/// A number from a file of sysfs. Throws Unavailable where there is none.
std::int64_t read_counter(const std::filesystem::path& path);

/// Markers, and the lines that `ours` keeps.
std::string filter_lines(const std::string& trace, const std::function<bool(std::string&)>& ours);

}  // namespace conform

/// A real ext4 of our own in an image file.
#pragma once

#include "cli/conform/image_filesystem.hpp"

namespace conform {

/// Blocks of 4096 bytes, with a journal. `cluster_blocks`: more than one makes it bigalloc.
class Ext4Image final : public ImageFilesystem {
 public:
  Ext4Image(const std::filesystem::path& directory, std::uint64_t cluster_blocks);

  /// delayed_allocation_blocks alone: the file's extents are read elsewhere.
  Counters counters() const override;
  std::span<const std::string_view> events() const override;
  std::string only_ours(const std::string& trace, ino_t inode) const override;

 private:
  std::string device_;  ///< `MAJOR,MINOR`, as ext4 tracepoints print it
};

/// Keeps the markers and the events of one inode of the ext4 on `device` (`MAJOR,MINOR`).
std::string filter_ext4_trace(const std::string& trace, const std::string& device, ino_t inode);

}  // namespace conform

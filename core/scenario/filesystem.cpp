#include "core/scenario/filesystem.hpp"

#include "core/scenario/btrfs_filesystem.hpp"
#include "sim/assert.hpp"

namespace scenario {

const FileSystemKind& filesystem_kind(std::string_view type) {
  FSW_ASSERT(type == "btrfs", "the reader accepts known filesystems only");
  return btrfs_kind();
}

MountedFileSystem& mount_filesystem(sim::Execution& execution, const FileSystem& description,
                                    const FixSelection& fixes) {
  FSW_ASSERT(description.type == "btrfs", "the reader accepts known filesystems only");
  return mount_btrfs(execution, description, fixes);
}

}  // namespace scenario

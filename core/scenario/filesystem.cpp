#include "core/scenario/filesystem.hpp"

#include "core/scenario/btrfs_filesystem.hpp"
#include "core/scenario/ext4_filesystem.hpp"
#include "sim/assert.hpp"

namespace scenario {

std::vector<const FileSystemKind*> filesystem_kinds() { return {&btrfs_kind(), &ext4_kind()}; }

const FileSystemKind* find_filesystem_kind(std::string_view type) {
  for (const FileSystemKind* kind : filesystem_kinds())
    if (kind->name == type) return kind;
  return nullptr;
}

const FileSystemKind& filesystem_kind(std::string_view type) {
  const FileSystemKind* kind = find_filesystem_kind(type);
  FSW_ASSERT(kind != nullptr, "a case is planned for modelled filesystems only");
  return *kind;
}

MountedFileSystem& mount_filesystem(sim::Execution& execution, const FileSystem& description,
                                    const FixSelection& fixes) {
  if (description.type == "ext4") return mount_ext4(execution, description, fixes);
  FSW_ASSERT(description.type == "btrfs", "the reader accepts known filesystems only");
  return mount_btrfs(execution, description, fixes);
}

}  // namespace scenario

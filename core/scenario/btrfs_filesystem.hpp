/// btrfs behind the interface of scenarios.
#pragma once

#include "core/scenario/filesystem.hpp"

namespace scenario {

const FileSystemKind& btrfs_kind();

MountedFileSystem& mount_btrfs(sim::Execution& execution, const FileSystem& description,
                               const FixSelection& fixes);

}  // namespace scenario

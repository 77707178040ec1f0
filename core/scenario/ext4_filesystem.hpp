/// ext4 behind the interface of scenarios.
#pragma once

#include "core/scenario/filesystem.hpp"

namespace scenario {

const FileSystemKind& ext4_kind();

MountedFileSystem& mount_ext4(sim::Execution& execution, const FileSystem& description,
                              const FixSelection& fixes);

}  // namespace scenario

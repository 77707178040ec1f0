/// The operations of a workload as system calls.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/conform/image_filesystem.hpp"
#include "cli/conform/recording.hpp"
#include "cli/conform/workload.hpp"

namespace conform {

/// Performs `operation` on the file `path` of `filesystem`. What it came to, as it stands behind a
/// marker: empty where it did all, ` = EDQUOT`, or ` = 20480` where it did less.
std::string perform(const KernelOperation& operation, Target target,
                    const std::filesystem::path& path, ImageFilesystem& filesystem);

/// The file's extents by FIEMAP, which writes nothing back. It leaves traces in what ext4 caches.
std::vector<FileExtent> extents_of(const std::filesystem::path& path);

}  // namespace conform

/// The scenarios that stand in the tree.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace support {

struct ScenarioFile {
  std::string path;
  std::string name;  ///< "btrfs/writeback-vs-reclaim"
};

/// All of scenarios/, by name.
inline std::vector<ScenarioFile> scenario_files() {
  const std::filesystem::path root = std::string(FSWEAVE_SOURCE_ROOT) + "/scenarios";
  std::vector<ScenarioFile> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    std::filesystem::path path = entry.path();
    if (path.extension() == ".json" && !path.stem().has_extension())
      files.push_back(
          {path.string(), path.lexically_relative(root).replace_extension().generic_string()});
  }
  std::sort(files.begin(), files.end(),
            [](const ScenarioFile& a, const ScenarioFile& b) { return a.name < b.name; });
  return files;
}

}  // namespace support

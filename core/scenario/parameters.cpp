#include "core/scenario/parameters.hpp"

#include "core/scenario/size.hpp"

namespace scenario {
namespace {

constexpr std::uint64_t kMostPages = 1 << 16;

}  // namespace

const std::vector<std::string_view>& known_filesystems() {
  static const std::vector<std::string_view> names = {"btrfs", "ext4"};
  return names;
}

const std::vector<Parameter>& known_parameters() {
  using enum ParameterKind;
  static const std::vector<Parameter> parameters = {
      {"btrfs", "bio_errors", flag, 0, 1,
       "each bio succeeds or fails with -EIO, as the search chooses; false by default"},
      {"btrfs", "bio_pages", pages, 1, kMostPages,
       "largest bio; as the kernel cuts them by default"},
      {"btrfs", "block", bytes, kBlockBytes, kBlockBytes, "sector size; 4k"},
      {"btrfs", "limit", bytes, 1, kMostBytes, "qgroup limit on referenced bytes; none by default"},
      {"btrfs", "nodatacow", flag, 0, 1,
       "new files are written in place, without checksums; false by default"},
      {"btrfs", "nodatasum", flag, 0, 1, "new files have no checksums; false by default"},
      {"btrfs", "reserve_chunk", pages, 1, kMostPages,
       "pages that a buffered write reserves at a time; as the kernel's by default"},
      {"btrfs", "size", blocks, kBlockBytes, std::uint64_t{1} << 30,
       "space for data; 1g by default"},
      {"ext4", "bio_pages", pages, 1, kMostPages,
       "largest bio; as the kernel cuts them by default"},
      {"ext4", "block", bytes, kBlockBytes, kBlockBytes, "block size; 4k"},
      {"ext4", "cluster", power_of_two, kBlockBytes, std::uint64_t{1} << 28,
       "bigalloc cluster; one block by default"},
      {"ext4", "dioread_nolock", flag, 0, 1,
       "writeback allocates unwritten extents and converts them when the data is there; true by "
       "default"},
      {"ext4", "size", blocks, kBlockBytes, std::uint64_t{1} << 30,
       "space for data; 4m by default"},
  };
  return parameters;
}

const Parameter* find_parameter(std::string_view filesystem, std::string_view name) {
  for (const Parameter& parameter : known_parameters()) {
    if (parameter.filesystem == filesystem && parameter.name == name) return &parameter;
  }
  return nullptr;
}

}  // namespace scenario

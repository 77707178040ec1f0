#include "cli/conform/ext4_image.hpp"

#include <array>

#include <fmt/format.h>

#include "cli/conform/system_file.hpp"
#include "cli/conform/workload.hpp"

namespace conform {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 24> kExt4Events = {
    "ext4/ext4_da_reserve_space",
    "ext4/ext4_da_update_reserve_space",
    "ext4/ext4_da_release_space",
    "ext4/ext4_da_write_begin",
    "ext4/ext4_da_write_end",
    "ext4/ext4_da_write_pages_extent",
    "ext4/ext4_es_lookup_extent_enter",
    "ext4/ext4_es_lookup_extent_exit",
    "ext4/ext4_es_insert_extent",
    "ext4/ext4_es_insert_delayed_extent",
    "ext4/ext4_es_insert_delayed_block",
    "ext4/ext4_es_cache_extent",
    "ext4/ext4_es_remove_extent",
    "ext4/ext4_ext_map_blocks_enter",
    "ext4/ext4_ext_map_blocks_exit",
    "ext4/ext4_ext_remove_space",
    "ext4/ext4_fallocate_enter",
    "ext4/ext4_fallocate_exit",
    "ext4/ext4_punch_hole",
    "ext4/ext4_zero_range",
    "ext4/ext4_truncate_enter",
    "ext4/ext4_truncate_exit",
    "ext4/ext4_sync_file_enter",
    "ext4/ext4_sync_file_exit",
};

std::vector<std::string> layout(std::uint64_t cluster_blocks) {
  const bool bigalloc = cluster_blocks > 1;
  std::vector<std::string> options = {
      "-q", "-F",
      "-b", "4096",
      "-m", "0",
      "-E", "lazy_itable_init=0,lazy_journal_init=0",
      "-O", bigalloc ? "extent,has_journal,bigalloc" : "extent,has_journal,^bigalloc"};
  if (bigalloc) {
    options.emplace_back("-C");
    options.push_back(fmt::format("{}", cluster_blocks * kBlock));
  }
  return options;
}

}  // namespace

Ext4Image::Ext4Image(const fs::path& directory, std::uint64_t cluster_blocks)
    : ImageFilesystem(directory, {"ext4", "mkfs.ext4", "e2fsprogs", layout(cluster_blocks)}),
      device_(super_block_device()) {
  const auto colon = device_.find(':');
  if (colon != std::string::npos) device_[colon] = ',';
}

Counters Ext4Image::counters() const {
  const auto sysfs = fs::path("/sys/fs/ext4") / fs::path(loop_device()).filename();
  return {{"delayed_allocation_blocks",
           fmt::format("{}", read_counter(sysfs / "delayed_allocation_blocks"))}};
}

std::span<const std::string_view> Ext4Image::events() const { return kExt4Events; }

std::string Ext4Image::only_ours(const std::string& trace, ino_t inode) const {
  return filter_ext4_trace(trace, device_, inode);
}

std::string filter_ext4_trace(const std::string& trace, const std::string& device, ino_t inode) {
  const auto of_inode = fmt::format(": dev {} ino {} ", device, inode);
  return filter_lines(
      trace, [&](const std::string& line) { return line.find(of_inode) != std::string::npos; });
}

}  // namespace conform

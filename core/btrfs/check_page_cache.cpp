/// Invariants of folio bits. Each is guarded by one lock: every step that could break it holds that
/// lock.
#include <array>

#include "core/btrfs/check.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/btrfs/ordered_data.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

const btrfs_inode& file(const void* model) { return *static_cast<const btrfs_inode*>(model); }

/// I10: a folio under writeback or tagged dirty is in the page cache.
std::int64_t tagged_folios_not_cached(const void* model) {
  const address_space& mapping = file(model).i_data;
  const auto& pages = mapping.i_pages.peek();
  std::int64_t missing = 0;
  for (const auto* tags : {&mapping.dirty_tags.peek(), &mapping.writeback_tags.peek()}) {
    auto page = pages.begin();
    for (const pgoff_t index : *tags) {
      while (page != pages.end() && page->first < index) ++page;
      missing += page == pages.end() || page->first != index ? 1 : 0;
    }
  }
  return missing;
}

std::string describe_tagged_folios(const void* model, std::int64_t value) {
  return fmt::format("{} folios of {} left the page cache dirty or under writeback", value,
                     file(model).name);
}

/// I10: a folio marked ordered has an ordered extent that still counts its bytes.
std::int64_t ordered_folios_not_counted(const void* model) {
  const btrfs_inode& inode = file(model);
  const auto& pages = inode.i_data.i_pages.peek();
  s64 marked = 0;
  for (const auto& [index, page] : pages)
    marked += page->ordered.peek() ? static_cast<s64>(kPageSize) : 0;
  s64 counted = 0;
  for (const auto& [start, ordered] : inode.ordered_tree.peek()) {
    s64 in_range = 0;
    const auto end = pages.lower_bound(ordered->range.end >> kPageShift);
    for (auto at = pages.lower_bound(ordered->range.start >> kPageShift); at != end; ++at)
      in_range += at->second->ordered.peek() ? static_cast<s64>(kPageSize) : 0;
    counted += std::min(in_range, static_cast<s64>(ordered->bytes_left.peek()));
  }
  return marked - counted;
}

std::string describe_ordered_folios(const void* model, std::int64_t value) {
  return fmt::format("{} bytes of {} are marked ordered, and no ordered extent counts them", value,
                     file(model).name);
}

constexpr std::array<sim::Invariant, 2> kPageCacheInvariants{{
    {"tagged-folios-cached", sim::InvariantClass::guarded,
     "a folio that is dirty or under writeback is in the page cache (i_pages lock)", kFolioState,
     tagged_folios_not_cached, describe_tagged_folios},
    {"ordered-folios-counted", sim::InvariantClass::guarded,
     "a folio marked ordered has an ordered extent that waits for its bytes (ordered_tree_lock)",
     kFolioState | kOrderedState, ordered_folios_not_counted, describe_ordered_folios},
}};

}  // namespace

std::span<const sim::Invariant> page_cache_invariants() { return kPageCacheInvariants; }

void watch_page_cache(sim::Execution& execution, const btrfs_inode& inode) {
  execution.watch(kPageCacheInvariants[0], &inode, &inode.i_data.i_pages_lock);
  execution.watch(kPageCacheInvariants[1], &inode, &inode.ordered_tree_lock);
}

}  // namespace kernel::btrfs

/// What must hold when every task has ended, with or without an unmount before it.
#include <array>

#include "core/ext4/check.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/extents.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {
namespace {

/// Q1.
std::int64_t things_in_flight(const void* model) {
  std::int64_t left = 0;
  for (const ext4_inode_info* inode : ext4_sb_of(model).inodes) {
    left += static_cast<s64>(inode->i_rsv_conversion_list.peek().size());
    left += inode->i_dio_count.peek();
    for (const auto& [index, page] : inode->i_data.i_pages.peek())
      left += (page->lock.is_locked() ? 1 : 0) + (page->writeback.peek() ? 1 : 0);
  }
  return left;
}

std::string describe_in_flight(const void*, std::int64_t value) {
  return fmt::format("nothing runs, but {} conversions, direct IOs or folios are still in flight",
                     value);
}

/// What a task took out of one home and never put into another.
std::int64_t amounts_in_transit(const void* model) {
  const ext4_sb_info& sb = ext4_sb_of(model);
  s64 lost = std::abs(sb.claimed_in_transit.peek()) + std::abs(sb.allocated_in_transit.peek());
  for (const ext4_inode_info* inode : sb.inodes)
    lost += std::abs(inode->clusters_in_transit.peek()) + std::abs(inode->quota_in_transit.peek());
  return lost;
}

std::string describe_in_transit(const void* model, std::int64_t) {
  const ext4_sb_info& sb = ext4_sb_of(model);
  return fmt::format(
      "tasks that ended left in nobody's books: {} promised clusters, {} allocated ones",
      sb.claimed_in_transit.peek(), sb.allocated_in_transit.peek());
}

/// Q2: a delayed block is a dirty block of the page cache; else nobody will ever write it.
std::int64_t delayed_without_dirty_folio(const void* model) {
  s64 lost = 0;
  for (const ext4_inode_info* inode : ext4_sb_of(model).inodes) {
    const auto& pages = inode->i_data.i_pages.peek();
    inode->i_es_tree.peek().for_each(0, kMaxBlocks, [&](const EsTree::Run& run) {
      if (!run.value.is_delonly()) return;
      for (u64 block = run.start; block < run.end; ++block) {
        const auto page = pages.find(block);
        if (page == pages.end() || !page->second->dirty.peek()) ++lost;
      }
    });
  }
  return lost;
}

std::string describe_delayed(const void*, std::int64_t value) {
  return fmt::format(
      "nothing runs, and {} delayed blocks have no dirty folio that brings them to "
      "disk",
      value);
}

/// Q2, as the kernel finds it at eviction, wherever the run ends.
std::int64_t reserved_without_delayed(const void* model) {
  s64 lost = 0;
  for (const ext4_inode_info* inode : ext4_sb_of(model).inodes) {
    bool delayed = !inode->owed.peek().empty();
    inode->i_es_tree.peek().for_each(0, kMaxBlocks, [&](const EsTree::Run& run) {
      delayed = delayed || run.value.is_delonly();
    });
    if (!delayed) lost += static_cast<s64>(inode->i_reserved_data_blocks.peek());
  }
  return lost;
}

std::string describe_reserved(const void*, std::int64_t value) {
  return fmt::format("nothing is delayed any more, and {} clusters stay reserved for ever", value);
}

/// Q4.
std::int64_t unwritten_with_data(const void* model) {
  const ext4_sb_info& sb = ext4_sb_of(model);
  s64 lost = 0;
  for (const ext4_inode_info* inode : sb.inodes) {
    inode->extents.peek().for_each(0, kMaxBlocks, [&](const ExtentTree::Run& run) {
      for (u64 i = 0; i < run.end - run.start && run.value.unwritten; ++i)
        lost += static_cast<s64>(sb.data_on_disk.peek().count(run.value.pblk + i));
    });
  }
  return lost;
}

std::string describe_unwritten(const void*, std::int64_t value) {
  return fmt::format("nothing runs, and {} blocks whose data is on disk still read as zeros",
                     value);
}

constexpr std::array<sim::Invariant, 5> kAtRest{{
    {"in-flight-at-rest", sim::InvariantClass::stable,
     "at rest no conversion, direct IO, locked folio or writeback is left", sim::kWatchAll,
     things_in_flight, describe_in_flight},
    {"in-transit-at-rest", sim::InvariantClass::stable,
     "at rest every promised and allocated cluster is in one of its homes", sim::kWatchAll,
     amounts_in_transit, describe_in_transit},
    {"delayed-at-rest", sim::InvariantClass::stable, "at rest a delayed block has a dirty folio",
     sim::kWatchAll, delayed_without_dirty_folio, describe_delayed},
    {"reserved-at-rest", sim::InvariantClass::stable,
     "at rest nothing is reserved where nothing is delayed", sim::kWatchAll,
     reserved_without_delayed, describe_reserved},
    {"unwritten-at-rest", sim::InvariantClass::stable,
     "at rest no block whose data is on disk is unwritten", sim::kWatchAll, unwritten_with_data,
     describe_unwritten},
}};

}  // namespace

std::span<const sim::Invariant> invariants_at_rest() { return kAtRest; }

void check_at_rest(sim::Execution& execution, const ext4_sb_info& sb) {
  for (const sim::Invariant& invariant : kAtRest) {
    const std::int64_t value = invariant.measure(&sb);
    if (value != 0)
      execution.report(sim::FindingKind::invariant, invariant.name, invariant.describe(&sb, value));
  }
}

}  // namespace kernel::ext4

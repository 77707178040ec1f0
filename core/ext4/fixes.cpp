#include "core/ext4/fixes.hpp"

#include <array>
#include <cstddef>

namespace kernel::ext4 {
namespace {

template <auto kMember, class... Text>
constexpr Fix row(const Text&... text) {
  return fix_row<Fixes, kMember>(text...);
}

constexpr std::array<std::string_view, 4> kRechecks{"extent_status_and_disk", "extent_status",
                                                    "none", "write_lock_around_all"};
constexpr std::array<std::string_view, 2> kSettled{"by_extent_status", "by_allocation"};
constexpr std::array<std::string_view, 2> kWritePaths{"buffer_head", "iomap"};
constexpr std::array<std::string_view, 2> kZeroRangeLocks{"around_all", "around_aligned_core"};
constexpr std::array<std::string_view, 2> kFaultLocks{"shared_invalidate_lock", "none"};
constexpr std::array<std::string_view, 2> kStates{"extent_status_tree", "buffer_heads"};
constexpr std::array<std::string_view, 2> kDaMapped{"set_under_data_sem", "absent"};
constexpr std::array<std::string_view, 2> kSearches{"all_pages", "dirty_pages_not_under_writeback"};
constexpr std::array<std::string_view, 3> kDelayBits{"under_shared_data_sem", "after_look_up",
                                                     "under_exclusive_data_sem"};

constexpr std::string_view k2011 = "ext4: attempt to fix race in bigalloc code path";

constexpr Fix kFixes[] = {
    row<&Fixes::da_map_recheck>(
        "0ea6560abb3b", "ext4: check the extent status again before inserting delalloc block",
        "da_map_recheck", kRechecks, "none"),
    row<&Fixes::reservation_settled>(
        "", "ext4: update delalloc data reserve space in ext4_es_insert_extent()",
        "reservation_settled", kSettled, "by_allocation"),
    row<&Fixes::buffered_write_path>("", "ext4: buffered writes through iomap (proposed)",
                                     "buffered_write_path", kWritePaths, "iomap"),
    row<&Fixes::zero_range_lock>("2890e5e0f49e",
                                 "ext4: move out common parts into ext4_fallocate()",
                                 "zero_range_lock", kZeroRangeLocks, "around_aligned_core"),
    row<&Fixes::fault_lock>("ea3d7209ca01", "ext4: fix races between page faults and hole punching",
                            "fault_lock", kFaultLocks, "none"),
    row<&Fixes::delalloc_state>("", "ext4: the extent status tree tracks delayed extents",
                                "delalloc_state", kStates, "buffer_heads"),
    row<&Fixes::da_mapped_bit>("5356f2615cd5", k2011, "da_mapped_bit", kDaMapped, "absent"),
    row<&Fixes::delalloc_search>("5356f2615cd5", k2011, "delalloc_search", kSearches,
                                 "dirty_pages_not_under_writeback"),
    row<&Fixes::delay_bit_set>("5356f2615cd5", k2011, "delay_bit_set", kDelayBits, "after_look_up"),
};

constexpr Era kEras[] = {
    {"today", "Linux 6.18", Fixes{}},
    {"ext4-6.10",
     "before 0ea6560abb3b was merged for Linux 6.11: a fault inserts a delayed extent over what "
     "fallocate has just allocated; reservations are settled where blocks are allocated",
     Fixes{.da_map_recheck = DaMapRecheck::none,
           .reservation_settled = ReservationSettled::by_allocation,
           .zero_range_lock = ZeroRangeLock::around_aligned_core}},
    {"ext4-2011",
     "before 5356f2615cd5 was merged for Linux 3.2: delayed blocks are known from buffer bits, and "
     "faults hold no page cache invalidation off",
     Fixes{.zero_range_lock = ZeroRangeLock::around_aligned_core,
           .fault_lock = FaultLock::none,
           .delalloc_state = DelallocState::buffer_heads,
           .da_mapped_bit = DaMappedBit::absent,
           .delalloc_search = DelallocSearch::dirty_pages_not_under_writeback,
           .delay_bit_set = DelayBitSet::after_look_up}},
};

}  // namespace

std::span<const Fix> fixes() { return kFixes; }

std::span<const Era> eras() { return kEras; }

}  // namespace kernel::ext4

/// Decision points of the ext4 core where the kernel's history took different ways. The first
/// enumerator of each is today (Linux 6.18), so `Fixes{}` is today's kernel; enumerators say what
/// happens, never how old it is.
#pragma once

#include <cstdint>
#include <span>

#include "core/kernel/fix_register.hpp"

namespace kernel::ext4 {

/// What ext4_da_map_blocks looks at again once it holds i_data_sem for writing.
/// `write_lock_around_all` is the alternative that 0ea6560abb3b's discussion names and rejects as
/// too expensive: the semaphore is held for writing from before the first look-up.
enum class DaMapRecheck : std::uint8_t {
  extent_status_and_disk,
  extent_status,
  none,
  write_lock_around_all,
};

/// Who settles the reservation of delayed clusters that got blocks: the insertion into the extent
/// status tree, by what it replaces; or the allocation, by what it allocated.
enum class ReservationSettled : std::uint8_t { by_extent_status, by_allocation };

/// From what it is known which blocks are delayed. `buffer_heads` is the kernel of 2011 as a whole.
enum class DelallocState : std::uint8_t { extent_status_tree, buffer_heads };

/// With `buffer_heads`, the three parts of 5356f2615cd5. (1a) Blocks that writeback has mapped are
/// marked under i_data_sem, until their Delay bit is cleared.
enum class DaMappedBit : std::uint8_t { set_under_data_sem, absent };
/// (1b) Which folios the search for delayed blocks of a cluster looks at.
enum class DelallocSearch : std::uint8_t { all_pages, dirty_pages_not_under_writeback };
/// (2) What i_data_sem covers when a block becomes delayed: look-up, reservation and Delay bit, or
/// the look-up alone. Shipped was the shared mode; the exclusive one is there to be compared.
enum class DelayBitSet : std::uint8_t {
  under_shared_data_sem,
  after_look_up,
  under_exclusive_data_sem,
};

/// How buffered writes map their blocks: folio by folio, with the folio locked; or a range at a
/// time, before any folio is locked (iomap, proposed for ext4 in 2024).
enum class BufferedWritePath : std::uint8_t { buffer_head, iomap };

/// What of fzero runs under an exclusive invalidate_lock. With it came that fpunch does not write
/// its range back before it takes any lock.
enum class ZeroRangeLock : std::uint8_t { around_all, around_aligned_core };

/// Do page faults hold page cache invalidation off?
enum class FaultLock : std::uint8_t { shared_invalidate_lock, none };

struct Fixes {
  DaMapRecheck da_map_recheck{};
  ReservationSettled reservation_settled{};
  BufferedWritePath buffered_write_path{};
  ZeroRangeLock zero_range_lock{};
  FaultLock fault_lock{};
  DelallocState delalloc_state{};
  DaMappedBit da_mapped_bit{};
  DelallocSearch delalloc_search{};
  DelayBitSet delay_bit_set{};
};

using Fix = FixRow<Fixes>;

std::span<const Fix> fixes();

using Era = EraRow<Fixes>;

std::span<const Era> eras();

}  // namespace kernel::ext4

/// Decision points of the btrfs core where the kernel's history took different ways. The first
/// enumerator of each is today (Linux 6.18), so `Fixes{}` is today's kernel; enumerators say what
/// happens, never how old it is.
#pragma once

#include <cstdint>
#include <span>

#include "core/kernel/fix_register.hpp"

namespace kernel::btrfs {

/// Who holds the qgroup data reservation between the creation of an ordered extent and its
/// completion.
enum class QgroupDataOwner : std::uint8_t { ordered_extent, extent_bits };

/// What releasing a clean folio does with its QGROUP_RESERVED bits. `freed` is the first fix that
/// was proposed for the leak and rejected (Qu Wenruo, June 2020).
enum class ReleasedQgroupBit : std::uint8_t { kept, cleared, freed };

/// When throwing a folio away frees its qgroup reservation.
enum class InvalidatedQgroupBits : std::uint8_t { always_freed, freed_if_dirty };

/// The direct write path as a whole.
enum class DirectWritePath : std::uint8_t { iomap, generic };

/// A direct write to a file with data checksums.
enum class ChecksummedDirectWrite : std::uint8_t { falls_back_to_buffered, allowed };

/// A qgroup data reservation that meets the limit.
enum class QgroupOverLimit : std::uint8_t { flush_and_retry, fail_at_once };

/// What a write bio accounts to its ordered extent at its end: all of it at once (seen on
/// Linux 6.18), or folio by folio, with each folio's writeback bit cleared in between (Linux 6.9
/// and before).
enum class WriteBioAccounting : std::uint8_t { per_bio, per_folio };

struct Fixes {
  QgroupDataOwner qgroup_data_owner{};
  ReleasedQgroupBit released_qgroup_bit{};
  InvalidatedQgroupBits invalidated_qgroup_bits{};
  DirectWritePath direct_write_path{};
  ChecksummedDirectWrite checksummed_direct_write{};
  QgroupOverLimit qgroup_over_limit{};
  WriteBioAccounting write_bio_accounting{};
};

using Fix = FixRow<Fixes>;

std::span<const Fix> fixes();

using Era = EraRow<Fixes>;

std::span<const Era> eras();

}  // namespace kernel::btrfs

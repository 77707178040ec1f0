/// The invariants of the btrfs core, one small named function each: class, what it reads, when it must hold, and the
/// sentence that it prints.
#pragma once

#include <span>

#include "sim/invariant.hpp"

namespace sim {
class Execution;
}

namespace kernel::btrfs {

struct btrfs_fs_info;

/// All of them. Advisory ones are not among them.
std::span<const sim::Invariant> invariants();

/// Registers them for one mounted filesystem.
void watch_invariants(sim::Execution& execution, const btrfs_fs_info& info);

/// Bytes in the homes of a qgroup data reservation.
struct QgroupHomes {
  std::int64_t counter;   ///< R: what the qgroup counts
  std::int64_t bits;      ///< B: QGROUP_RESERVED in the io trees
  std::int64_t ordered;   ///< O: carried by ordered extents
  std::int64_t records;   ///< P: carried by extent records of the running transaction
  std::int64_t transit;   ///< between two of them
};

QgroupHomes qgroup_homes(const btrfs_fs_info& info);

}  // namespace kernel::btrfs

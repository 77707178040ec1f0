/// The invariants of the btrfs core, one small named function each: class, what it reads, when it
/// must hold, and the sentence that it prints.
#pragma once

#include <span>

#include "sim/invariant.hpp"

namespace sim {
class Execution;
}

namespace kernel::btrfs {

struct btrfs_fs_info;
struct btrfs_inode;

/// What a watched `model` is, but for the page cache's.
inline const btrfs_fs_info& fs(const void* model) {
  return *static_cast<const btrfs_fs_info*>(model);
}

/// All of them, for listing.
std::span<const sim::Invariant> invariants();

inline constexpr sim::StepCheck kExtentLocked{
    "extent-locked", "items and ordered extents change with their range EXTENT_LOCKED by the task"};
inline constexpr sim::StepCheck kTransactionJoined{
    "transaction-joined", "who adds a delayed ref has joined the running transaction"};
inline constexpr sim::StepCheck kEarlyEdquot{
    "early-edquot", "-EDQUOT is returned only where what is in use leaves no room below the limit"};
inline constexpr sim::StepCheck kStepChecks[]{kExtentLocked, kTransactionJoined, kEarlyEdquot};

/// Registers them for one mounted filesystem.
void watch_invariants(sim::Execution& execution, const btrfs_fs_info& info);

/// Those of the page cache of one file; watched per file.
std::span<const sim::Invariant> page_cache_invariants();
void watch_page_cache(sim::Execution& execution, const btrfs_inode& inode);

/// Those that hold when nothing runs any more: stable, since nothing can change them. Their model
/// is the btrfs_fs_info.
std::span<const sim::Invariant> invariants_at_rest();
/// Reports those that do not hold. Called at quiescence only.
void check_at_rest(sim::Execution& execution, const btrfs_fs_info& info);

/// Bytes in the homes of a qgroup data reservation.
struct QgroupHomes {
  std::int64_t counter;  ///< R: what the qgroup counts
  std::int64_t bits;     ///< B: QGROUP_RESERVED in the io trees
  std::int64_t ordered;  ///< O: carried by ordered extents
  std::int64_t records;  ///< P: carried by extent records of the running transaction
  std::int64_t transit;  ///< between two of them
};

QgroupHomes qgroup_homes(const btrfs_fs_info& info);

}  // namespace kernel::btrfs

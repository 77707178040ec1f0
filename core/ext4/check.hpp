/// The invariants of the ext4 core, one small named function each: class, what it reads, when it
/// must hold, and the sentence that it prints.
#pragma once

#include <span>

#include "sim/invariant.hpp"

namespace sim {
class Execution;
}

namespace kernel::ext4 {

struct ext4_inode_info;
struct ext4_sb_info;

/// All of them, for listing.
std::span<const sim::Invariant> invariants();

/// Registers those of the filesystem as a whole.
void watch_filesystem(sim::Execution& execution, const ext4_sb_info& sb);
/// Registers those of one file.
void watch_file(sim::Execution& execution, const ext4_inode_info& inode);

/// Those that hold when nothing runs any more. Their model is the ext4_sb_info.
std::span<const sim::Invariant> invariants_at_rest();
/// Reports those that do not hold. Called at quiescence only.
void check_at_rest(sim::Execution& execution, const ext4_sb_info& sb);

}  // namespace kernel::ext4

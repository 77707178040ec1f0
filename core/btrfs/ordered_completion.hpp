/// The work that follows the end of an ordered extent's IO: fs/btrfs/inode.c,
/// btrfs_finish_one_ordered.
#pragma once

#include "core/btrfs/ordered_data.hpp"

namespace kernel::btrfs {

/// Runs as a task of the endio-write workqueue.
void finish_ordered_fn(btrfs_ordered_extent& ordered);

}  // namespace kernel::btrfs

/// fs/btrfs/extent_io.c: writeback of dirty folios, and what happens when folios leave the page
/// cache.
#pragma once

#include "core/btrfs/ordered_data.hpp"

namespace kernel::btrfs {

/// extent_write_cache_pages.
int btrfs_writepages(btrfs_inode& inode, const writeback_control& wbc);

/// Allocates for the delayed allocation of `range` (locked in the io tree): ordered extents, COW or
/// NOCOW. Unlocks the range piece by piece. `pages` are its folios, locked, in order; all but the
/// first are unlocked.
void btrfs_run_delalloc_range(btrfs_inode& inode, ByteRange range, std::pmr::vector<folio*>& pages);

/// A clean, locked folio wants to leave the page cache; refused while its bytes are locked.
bool try_release_extent_mapping(btrfs_inode& inode, folio& page);

/// A locked folio is thrown away with what it holds.
void btrfs_invalidate_folio(btrfs_inode& inode, folio& page);

}  // namespace kernel::btrfs

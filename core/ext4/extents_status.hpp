/// fs/ext4/extents_status.c: what is known about the blocks of a file without looking at the disk.
/// Each function here is one section of i_es_lock.
/// Ways in and one way out, and they differ in what they do with delayed blocks that they
/// meet: ext4_es_insert_extent replaces them (and settles their reservation, or leaves that to the
/// allocation: Fixes::reservation_settled), ext4_es_insert_delayed_extent replaces anything without
/// a word, ext4_es_remove_extent releases their reservation.
#pragma once

#include <optional>

#include "core/ext4/ext4_inode.hpp"

namespace kernel::ext4 {

/// A copy of the entry at `lblk`; nullopt: nothing is cached. `len` is cut to where the entry ends.
std::optional<extent_status> ext4_es_lookup_extent(ext4_inode_info& inode, ext4_lblk_t lblk,
                                                   u64& len);

/// Blocks [lblk, +len) are written or unwritten at `pblk`, or a hole. `delalloc_reserve_used`:
/// they were allocated for delayed blocks.
void ext4_es_insert_extent(ext4_inode_info& inode, ext4_lblk_t lblk, u64 len, ext4_fsblk_t pblk,
                           u8 status, bool delalloc_reserve_used);

/// What a look at the disk met on its way to another block: cached where nothing is known about any
/// block of [lblk, +len).
void ext4_es_cache_extent(ext4_inode_info& inode, ext4_lblk_t lblk, u64 len, ext4_fsblk_t pblk,
                          u8 status);

/// The block is delayed. `lclu_allocated`: its cluster has a block already.
void ext4_es_insert_delayed_extent(ext4_inode_info& inode, ext4_lblk_t lblk, bool lclu_allocated);

/// Forgets [lblk, end) and releases what was reserved for it.
void ext4_es_remove_extent(ext4_inode_info& inode, ext4_lblk_t lblk, ext4_lblk_t end);

/// Is some block of [lblk, +len) such? Status bits of which one is asked for.
bool ext4_es_scan_range(ext4_inode_info& inode, bool (extent_status::*matches)() const,
                        ext4_lblk_t lblk, u64 len);
/// The same for the cluster of `lblk`.
bool ext4_es_scan_clu(ext4_inode_info& inode, bool (extent_status::*matches)() const,
                      ext4_lblk_t lblk);

/// Clusters of [lblk, +len) with a delayed block that is not unwritten as well.
u64 ext4_es_delayed_clu(ext4_inode_info& inode, ext4_lblk_t lblk, u64 len);

/// The shrinker: forgets what can be read from disk again. Delayed entries stay.
void es_reclaim_extents(ext4_inode_info& inode, ext4_lblk_t lblk, ext4_lblk_t end);

/// Was the cluster pending? It is not any more.
bool ext4_remove_pending(ext4_inode_info& inode, u64 cluster);

}  // namespace kernel::ext4

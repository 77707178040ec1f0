/// Delayed allocation as it was before the extent status tree: which blocks are delayed is known
/// from the buffers of the page cache alone (fs/ext4/inode.c and extents.c of 2011, around
/// 5356f2615cd5). With bigalloc a write has to know whether another block of its cluster is delayed
/// already, and so looks at the buffers of folios that it has not locked, while writeback clears
/// their bits.
/// A write reserves unless another block of the cluster is delayed; an allocated block does not
/// exempt it. What turns out to be too much is given back at writeback.
#pragma once

#include "core/ext4/extents.hpp"

namespace kernel::ext4 {

/// Does this kernel know delayed blocks from buffers?
bool delayed_by_buffers(const ext4_inode_info& inode);

/// The block of a locked folio is mapped: it is delayed no more, in either kernel.
void clear_delay(folio& page);

/// ext4_da_get_block_prep of 2011.
int da_get_block_by_buffers(ext4_inode_info& inode, folio& page, buffer_head& bh);

/// ext4_map_blocks of 2011.
s64 map_blocks_by_buffers(ext4_inode_info& inode, ext4_map_blocks_t& map, u32 flags);

/// Settles the reservation of delayed blocks [m_lblk, +m_len) that were mapped: by `allocated` new
/// clusters, or in a cluster (an extent) that was there. i_data_sem held exclusively.
void settle_by_buffers(ext4_inode_info& inode, const ext4_map_blocks_t& map, u64 allocated,
                       u32 flags);

/// ext4_da_page_release_reservation: the delayed block of a locked folio is thrown away.
void release_by_buffers(ext4_inode_info& inode, folio& page);

}  // namespace kernel::ext4

/// fs/ext4/inode.c: from blocks of a file to blocks of the disk.
#pragma once

#include "core/ext4/extents.hpp"

namespace kernel::ext4 {

/// Maps, and allocates if the flags say so. The number of blocks mapped (map.m_len), 0 for what is
/// a hole or delayed, or a negative errno. Looks without i_data_sem first and repeats that under
/// it before it changes anything.
s64 ext4_map_blocks(ext4_inode_info& inode, ext4_map_blocks_t& map, u32 flags);

/// The second half of a look-up: on disk, and into the extent status tree. `flags`: EXT4_EX_NOCACHE
/// or 0. i_data_sem held.
s64 ext4_map_query_blocks(ext4_inode_info& inode, ext4_map_blocks_t& map, u32 flags);

/// get_block_t of delayed allocation. The folio is locked.
int ext4_da_get_block_prep(inode& file, folio& page, buffer_head& bh);

/// Maps one block for a write that may be delayed: 0 or a negative errno, the answer in
/// map.m_flags. Callers of the buffer head paths hold the lock of the block's folio; iomap's hold
/// none.
int ext4_da_map_blocks(ext4_inode_info& inode, ext4_map_blocks_t& map);

/// __ext4_block_zero_page_range: bytes of one block read as zeros from now on. Takes the folio
/// lock.
void ext4_block_zero_page_range(ext4_inode_info& inode, ByteRange part);

}  // namespace kernel::ext4

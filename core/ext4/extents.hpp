/// fs/ext4/extents.c: the extent tree on disk. All of it stands under i_data_sem. The tree is one
/// leaf, and a look at it caches all of its extents, in the extent status tree.
#pragma once

#include <optional>

#include "core/ext4/ext4_inode.hpp"

namespace kernel::ext4 {

/// EXT4_MAP_*: what a mapping turned out to be.
enum MapFlag : u32 {
  EXT4_MAP_MAPPED = 1U << 0,
  EXT4_MAP_UNWRITTEN = 1U << 1,
  EXT4_MAP_NEW = 1U << 2,
  EXT4_MAP_DELAYED = 1U << 3,
};

/// EXT4_GET_BLOCKS_*: what a caller wants.
enum GetBlocksFlag : u32 {
  EXT4_GET_BLOCKS_CREATE = 1U << 0,
  EXT4_GET_BLOCKS_UNWRIT_EXT = 1U << 1,
  EXT4_GET_BLOCKS_PRE_IO = 1U << 2,
  EXT4_GET_BLOCKS_CONVERT = 1U << 3,            ///< IO to unwritten blocks ended
  EXT4_GET_BLOCKS_CONVERT_UNWRITTEN = 1U << 4,  ///< written blocks become unwritten
  EXT4_GET_BLOCKS_DELALLOC_RESERVE = 1U << 5,   ///< for delayed blocks, which are reserved
  EXT4_EX_NOCACHE = 1U << 6,  ///< what the look-up meets is not cached as extent status
  EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT = EXT4_GET_BLOCKS_CREATE | EXT4_GET_BLOCKS_UNWRIT_EXT,
  EXT4_GET_BLOCKS_IO_CREATE_EXT = EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT | EXT4_GET_BLOCKS_PRE_IO,
};

/// A stretch of a file to be mapped, and the answer for its first m_len blocks.
struct ext4_map_blocks_t {
  ext4_lblk_t m_lblk;
  u64 m_len;
  ext4_fsblk_t m_pblk = 0;
  u32 m_flags = 0;

  u8 status() const {
    return (m_flags & EXT4_MAP_UNWRITTEN) != 0 ? EXTENT_STATUS_UNWRITTEN : EXTENT_STATUS_WRITTEN;
  }
};

/// Maps on disk; allocates if the flags say so. The number of blocks mapped, 0 for a hole (m_len
/// is cut to it then, too, and it is cached as one), or a negative errno. i_data_sem held:
/// exclusively to change anything.
s64 ext4_ext_map_blocks(ext4_inode_info& inode, ext4_map_blocks_t& map, u32 flags);

/// Has the logical cluster a block on disk? Looks it up as ext4_ext_map_blocks does. i_data_sem
/// held.
bool ext4_clu_mapped(ext4_inode_info& inode, u64 cluster);

/// Takes the blocks [lblk, end) out of the tree and frees the clusters that nobody uses any more.
/// i_data_sem held exclusively.
void ext4_ext_remove_space(ext4_inode_info& inode, ext4_lblk_t lblk, ext4_lblk_t end);

/// Likewise, in a tree that is known; looks nothing up.
inline bool has_block(const ExtentTree& extents, u64 ratio, u64 cluster) {
  const auto run = extents.next(cluster * ratio);
  return run && run->start < (cluster + 1) * ratio;
}

/// Clusters of the disk that the tree uses; for checks.
u64 clusters_owned(const ext4_inode_info& inode);

inline constexpr ext4_lblk_t kMaxBlocks = 0xffffffff;  ///< EXT_MAX_BLOCKS

}  // namespace kernel::ext4

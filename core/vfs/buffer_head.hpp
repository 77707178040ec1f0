/// struct buffer_head and fs/buffer.c: what of a folio stands where on the disk. A block is a page,
/// so a folio has one buffer.
#pragma once

#include "core/vfs/inode.hpp"

namespace kernel {

inline constexpr sim::WatchMask kBufferState = 1U << 2;

/// Bits of b_state.
enum BufferBit : u32 {
  BH_Uptodate = 1U << 0,
  BH_Dirty = 1U << 1,
  BH_Mapped = 1U << 2,
  BH_New = 1U << 3,
  BH_Delay = 1U << 4,      ///< delayed allocation: no block yet
  BH_Unwritten = 1U << 5,  ///< the block is allocated and reads as zeros
  BH_Da_Mapped = 1U << 6,  ///< ext4 before the extent status tree: mapped, and still marked Delay
};

struct buffer_head {
  explicit buffer_head(folio& owner);

  // Protected by the folio lock:
  sim::Guarded<u32, sim::bit_lock> b_state;    ///< all bits but those of b_delay
  sim::Guarded<u64, sim::bit_lock> b_blocknr;  ///< meaningless while BH_Delay is set

  /// BH_Delay and BH_Da_Mapped. Changed under the folio lock; where tasks look at folios that they
  /// have not locked, a change is a section of i_pages_lock too (it stands for the atomic bit
  /// operation), and so is the look.
  sim::Owned<u32> b_delay;
};

/// All bits. Folio lock held.
inline u32 buffer_state(const buffer_head& bh) { return bh.b_state.read() | bh.b_delay.read(); }

/// Maps a block of the file for writing; fills in the buffer. 0 or a negative errno.
using get_block_t = int (*)(inode& inode, folio& page, buffer_head& bh);

/// The folio's buffer, created if there is none. Folio lock held.
buffer_head& folio_create_buffers(folio& page);

/// Prepares a locked folio for `part` of its bytes to be written. 0 or a negative errno.
int __block_write_begin(inode& inode, folio& page, ByteRange part, get_block_t get_block);
/// They have been written.
void block_commit_write(folio& page);
/// Makes a folio ready for stores through a writable page table entry. 0: the folio is locked;
/// -EFAULT: it is gone, fault again; other negative errnos.
int block_page_mkwrite(inode& inode, folio& page, get_block_t get_block);

}  // namespace kernel

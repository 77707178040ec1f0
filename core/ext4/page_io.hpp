/// fs/ext4/page-io.c: writeback's bios and what follows their end. With dioread_nolock the blocks
/// are unwritten until the data is on disk: the last bio's end queues a conversion, and only that
/// clears the writeback bits. So who waits for writeback waits for the conversion, too.
#pragma once

#include "core/block/block_device.hpp"
#include "core/ext4/ext4_inode.hpp"
#include "sim/ghost.hpp"

namespace kernel::ext4 {

/// The IO of one extent that writeback mapped.
struct ext4_io_end {
  ext4_io_end(ext4_inode_info& owner, std::pmr::memory_resource* memory);

  ext4_inode_info& inode;
  /// Bios under way, and one for the submitter; nobody looks at it unless `unwritten`.
  sim::Marked<u32> count;
  sim::Ghost<sim::TaskId> submitter;  ///< while it has its reference
  /// Blocks [lblk, +len) are to be converted; set before the first bio that counts.
  sim::Owned<bool> unwritten;
  sim::Owned<ext4_lblk_t> lblk;
  sim::Owned<u64> len;
  sim::Owned<std::pmr::vector<folio*>> waiting;  ///< their writeback ends with the conversion
  sim::Obligation work;                          ///< in pages
};

/// Collects folios that are contiguous on disk into bios.
class BioSubmitter {
 public:
  BioSubmitter(ext4_inode_info& inode, ext4_io_end& io_end) : inode_(inode), io_end_(io_end) {}

  /// ext4_bio_write_folio: a locked folio that is clean already. Sets its writeback bit; the
  /// caller unlocks it.
  void add(folio& page, ext4_fsblk_t block);
  /// ext4_io_submit.
  void submit();

 private:
  ext4_inode_info& inode_;
  ext4_io_end& io_end_;
  bio* bio_ = nullptr;
  std::pmr::vector<folio*>* pages_ = nullptr;
};

/// Drops one reference; the last one converts (by a kworker) or ends the IO. `io_end` may be gone
/// after it.
void ext4_put_io_end(ext4_io_end& io_end);

/// Ghost: the blocks that a bio has filled hold data from now on.
void note_data_on_disk(ext4_sb_info& sb, const bio& done);

/// Blocks [lblk, +len) hold their data.
void ext4_convert_unwritten_extents(ext4_inode_info& inode, ext4_lblk_t lblk, u64 len);

}  // namespace kernel::ext4

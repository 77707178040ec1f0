/// struct folio, one page each. Sources: include/linux/page-flags.h, mm/filemap.c.
/// Lock order: folio locks ascending by index; the folio lock is outside everything of the
/// filesystem below it.
#pragma once

#include "core/lib/content.hpp"
#include "sim/cell.hpp"
#include "sim/ghost.hpp"
#include "sim/sync/mutex.hpp"
#include "sim/sync/spinlock.hpp"
#include "sim/sync/wait_queue.hpp"

namespace kernel {

struct address_space;
struct buffer_head;  // opaque here

/// Parts of the state for invariants (sim::WatchMask): a cell names the part that it belongs to.
inline constexpr sim::WatchMask kFolioState = 1U << 0;

using pgoff_t = u64;

struct folio {
  folio(address_space& owner, pgoff_t page, const char* file_name);

  const pgoff_t index;
  address_space& host;  ///< the mapping it was created for

  sim::bit_lock lock;  ///< PG_locked

  // Protected by the folio lock:
  sim::Guarded<address_space*, sim::bit_lock> mapping;  ///< nullptr once it left the page cache
  sim::Guarded<bool, sim::bit_lock> dirty;
  sim::Guarded<buffer_head*, sim::bit_lock> buffers;  ///< folio->private; nullptr: none
  /// There may be page table entries. Stays set: whether somebody took them away meanwhile is seen
  /// under page_table_lock only.
  sim::Guarded<bool, sim::bit_lock> ever_mapped;

  /// Touched by who holds the folio lock, and by stores of the user's through a page table entry:
  /// no single lock stands for it, so each access is held against all others.
  sim::Owned<Content> content;

  /// PG_uptodate. Changed under the folio lock; a read(2) asks for it without.
  sim::Marked<bool> uptodate;

  sim::Marked<bool> writeback;  ///< PG_writeback
  sim::wait_queue writeback_wait;
  /// The bio's work, while `writeback` is set.
  sim::Ghost<const sim::Obligation*> writeback_owed{"writeback_owed", nullptr};

  /// PG_private_2 as btrfs uses it: an ordered extent was created for this folio and its IO is not
  /// accounted yet. Set under the folio lock before the bio is submitted, cleared under
  /// ordered_tree_lock by who accounts it.
  sim::Owned<bool> ordered;

  u64 pos() const { return index << kPageShift; }
  ByteRange bytes() const { return {pos(), pos() + kPageSize}; }
};

/// Is what the folio holds what the file holds? Folio lock held.
inline bool is_uptodate(const folio& folio) { return folio.uptodate.read_under(folio.lock); }
/// Folio lock held. No step where the bit is set already.
void folio_mark_uptodate(folio& folio);

/// Sleeps until the writeback bit is clear. Writeback ended does not mean that the filesystem is
/// done with the data.
void folio_wait_writeback(folio& folio);

/// Likewise, if folios of this file must not change under writeback.
void folio_wait_stable(folio& folio);

/// Clears the writeback bit and wakes; the last thing a write bio does to a folio.
void folio_end_writeback(folio& folio);

}  // namespace kernel

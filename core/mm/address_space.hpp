/// The page cache of one file and the hooks through which mm/ calls its filesystem. Sources:
/// include/linux/fs.h, mm/filemap.c, mm/truncate.c, mm/vmscan.c.
#pragma once

#include <map>
#include <memory_resource>
#include <set>
#include <vector>

#include "core/kernel/errno.hpp"
#include "core/mm/folio.hpp"
#include "sim/sync/rw_semaphore.hpp"
#include "sim/sync/spinlock.hpp"

namespace kernel {

struct writeback_control {
  ByteRange range;
  bool sync_all = true;  ///< WB_SYNC_ALL: waits for folios that are under writeback already
};

struct address_space_operations {
  /// Starts writeback of the dirty folios in `wbc.range`; returns 0 or a negative errno.
  virtual int writepages(address_space& mapping, writeback_control& wbc) = 0;
  /// Fills a locked folio, which stays locked; 0 or a negative errno.
  virtual int read_folio(folio&) { return -EOPNOTSUPP; }
  /// A clean, locked folio is about to leave the page cache; false keeps it.
  virtual bool release_folio(folio& folio) = 0;
  /// A locked folio is thrown away with whatever it holds (truncate, evict).
  virtual void invalidate_folio(folio& folio) = 0;

 protected:
  ~address_space_operations() = default;
};

struct inode;  // opaque here

/// A page table entry of a mapping of the file. All tasks of a scenario are threads of one program,
/// so there is one for each page at most.
struct pte {
  folio* page;
  bool writable;
};

struct address_space {
  address_space(inode& owner, address_space_operations& operations, const char* name);

  inode& host;
  address_space_operations& a_ops;
  const char* file_name;  ///< for names of objects
  /// Shared: folios are created and faults make them writable. Exclusive: truncate, punch.
  sim::rw_semaphore invalidate_lock;
  sim::spinlock page_table_lock;
  sim::spinlock i_pages_lock;
  bool stable_writes = false;  ///< AS_STABLE_WRITES: folios under writeback must not change

  // Protected by page_table_lock; entries are made under the folio's lock, too:
  sim::Guarded<std::pmr::map<pgoff_t, pte>, sim::spinlock> page_table;

  // Protected by i_pages_lock:
  sim::Guarded<std::pmr::map<pgoff_t, folio*>, sim::spinlock> i_pages;
  sim::Guarded<std::pmr::set<pgoff_t>, sim::spinlock> dirty_tags;      ///< PAGECACHE_TAG_DIRTY
  sim::Guarded<std::pmr::set<pgoff_t>, sim::spinlock> writeback_tags;  ///< PAGECACHE_TAG_WRITEBACK
};

inline constexpr ByteRange kWholeFile = {0, u64{1} << 63};

/// The cached folio or nullptr; not locked.
folio* filemap_get_folio(address_space& mapping, pgoff_t index);
/// The cached folio, locked and still in the mapping; created if there is none.
folio& filemap_grab_folio(address_space& mapping, pgoff_t index);
/// The first cached folio at or after `index` and below `end`; nullptr if there is none.
folio* filemap_next_folio(address_space& mapping, pgoff_t index, pgoff_t end);
/// Does any byte of `range` have a cached folio?
bool filemap_range_has_page(address_space& mapping, ByteRange range);
/// The first index at or after `index` and below `end` whose folio is tagged dirty.
bool filemap_next_dirty(address_space& mapping, pgoff_t index, pgoff_t end, pgoff_t& found);

/// Sets the dirty flag and tag. Folio lock held.
void filemap_dirty_folio(folio& folio);
/// Clears the flag (the tag stays until writeback starts); true if it was dirty. Folio lock held.
bool folio_clear_dirty_for_io(folio& folio);
/// Sets the writeback bit and moves the tag. Folio lock held.
void folio_start_writeback(folio& folio, const sim::Obligation* owed);

int filemap_fdatawrite_range(address_space& mapping, ByteRange range);
/// Waits for the writeback bits in `range`, and for nothing else.
void filemap_fdatawait_range(address_space& mapping, ByteRange range);
int filemap_write_and_wait_range(address_space& mapping, ByteRange range);

/// Drops the clean folios of `range`; -EBUSY if one would not go, the others go all the same.
int invalidate_inode_pages2_range(address_space& mapping, ByteRange range);
/// Takes the page table entries of `range` away: the next access faults.
void unmap_mapping_range(address_space& mapping, ByteRange range);
/// Makes the entry of a folio read-only: the next store faults. Folio lock held.
void folio_mkclean(folio& folio);
/// Puts bytes `part` of a write into a folio, which may be mapped. Folio lock held.
void folio_store(folio& folio, WriteIdentity write, ByteRange part);
/// Throws what is cached of `range` away: whole folios, and the bytes of the folios at its ends;
/// with the page table entries.
void truncate_pagecache_range(address_space& mapping, ByteRange range);
/// Throws the folios of `range` away, dirty or not.
void truncate_inode_pages_range(address_space& mapping, ByteRange range);
/// Memory reclaim of clean folios in `range`: takes no sleeping lock, skips what is locked, dirty
/// or under writeback.
void shrink_folio_list(address_space& mapping, ByteRange range);

}  // namespace kernel

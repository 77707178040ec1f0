/// Folios leave the page cache: mm/truncate.c and the part of mm/vmscan.c that drops clean folios.
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"
#include "core/mm/address_space.hpp"
#include "core/mm/page_table.hpp"

namespace kernel {
namespace {

/// __filemap_remove_folio. Folio lock held; the folio is clean or thrown away.
void remove_from_cache(folio& folio) {
  address_space& mapping = folio.host;
  {
    spin_guard_unless guard(Mutant::no_i_pages_lock_in_removal, mapping.i_pages_lock,
                            writes(folio.bytes()));
    mapping.i_pages.write().erase(folio.index);
    mapping.dirty_tags.write().erase(folio.index);
  }
  folio.mapping.write() = nullptr;
}

/// truncate_inode_partial_folio: waits for the folio's writeback. Its bytes the filesystem zeroes
/// right after, with the block's; until then nobody can fault the folio in, so they are zeroed
/// there only: a content is an identity, and zeroed twice would not be zeroed once.
void settle_partial_folio(address_space& mapping, ByteRange part) {
  if (part.empty()) return;
  folio* const page = filemap_get_folio(mapping, part.start >> kPageShift);
  if (page == nullptr) return;
  page->lock.lock();
  if (page->mapping.read() == &mapping) folio_wait_writeback(*page);
  page->lock.unlock();
}

}  // namespace

void truncate_pagecache_range(address_space& mapping, ByteRange range) {
  sim::Frame frame("truncate_pagecache_range");
  const ByteRange whole{round_up(range.start, kPageSize), round_down(range.end, kPageSize)};
  if (!whole.empty()) unmap_mapping_range(mapping, whole);
  if (whole.end < whole.start) {
    settle_partial_folio(mapping, range);
  } else {
    settle_partial_folio(mapping, {range.start, whole.start});
    settle_partial_folio(mapping, {whole.end, range.end});
  }
  if (!whole.empty()) truncate_inode_pages_range(mapping, whole);
}

int invalidate_inode_pages2_range(address_space& mapping, ByteRange range) {
  sim::Frame frame("invalidate_inode_pages2_range");
  const ByteRange whole = sectors_around(range);
  const pgoff_t end = whole.end >> kPageShift;
  pgoff_t index = whole.start >> kPageShift;
  int result = 0;
  while (folio* next = filemap_next_folio(mapping, index, end)) {
    index = next->index + 1;
    next->lock.lock();
    if (next->mapping.read() != &mapping) {
      next->lock.unlock();
      continue;
    }
    folio_wait_writeback(*next);
    unmap_folio(*next);
    if (!next->dirty.read() && mapping.a_ops.release_folio(*next)) {
      remove_from_cache(*next);
    } else {
      effect("folio {} busy, not invalidated", next->index);
      result = -EBUSY;
    }
    next->lock.unlock();
  }
  return result;
}

void truncate_inode_pages_range(address_space& mapping, ByteRange range) {
  sim::Frame frame("truncate_inode_pages_range");
  const pgoff_t end = range.end >> kPageShift;
  pgoff_t index = round_up(range.start, kPageSize) >> kPageShift;
  while (folio* next = filemap_next_folio(mapping, index, end)) {
    index = next->index + 1;
    next->lock.lock();
    if (next->mapping.read() == &mapping) {
      folio_wait_writeback(*next);
      unmap_folio(*next);
      mapping.a_ops.invalidate_folio(*next);
      next->dirty.write() = false;
      remove_from_cache(*next);
    }
    next->lock.unlock();
  }
}

void shrink_folio_list(address_space& mapping, ByteRange range) {
  sim::Frame frame("shrink_folio_list");
  const ByteRange whole = sectors_around(range);
  const pgoff_t end = whole.end >> kPageShift;
  pgoff_t index = whole.start >> kPageShift;
  while (folio* next = filemap_next_folio(mapping, index, end)) {
    index = next->index + 1;
    if (!mutant(Mutant::no_folio_lock_in_reclaim) && !next->lock.try_lock()) continue;
    sim::at<"shrink_folio_list:folio_locked">();
    const bool busy =
        next->mapping.read() != &mapping ||
        (!mutant(Mutant::no_writeback_test_in_reclaim) && next->writeback.load_acquire()) ||
        (!mutant(Mutant::no_dirty_test_in_reclaim) && next->dirty.read());
    if (!busy) unmap_folio(*next);
    if (!busy && mapping.a_ops.release_folio(*next)) {
      remove_from_cache(*next);
      sim::at<"shrink_folio_list:folio_reclaimed">();
    }
    if (!mutant(Mutant::no_folio_lock_in_reclaim)) next->lock.unlock();
    sim::at<"shrink_folio_list:folio_unlocked">();
  }
}

}  // namespace kernel

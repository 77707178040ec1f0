#include "core/mm/address_space.hpp"

#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"

namespace kernel {

address_space::address_space(inode& owner, address_space_operations& operations, const char* name)
    : host(owner),
      a_ops(operations),
      file_name(name),
      invalidate_lock({"invalidate_lock", name}),
      page_table_lock({"page_table_lock", name}),
      i_pages_lock({"i_pages", name}),
      page_table(page_table_lock, "page table", kFolioState, &sim::current().arena()),
      i_pages(i_pages_lock, "i_pages", kFolioState, &sim::current().arena()),
      dirty_tags(i_pages_lock, "PAGECACHE_TAG_DIRTY", kFolioState, &sim::current().arena()),
      writeback_tags(i_pages_lock, "PAGECACHE_TAG_WRITEBACK", kFolioState,
                     &sim::current().arena()) {}

folio* filemap_get_folio(address_space& mapping, pgoff_t index) {
  spin_guard_unless guard(Mutant::no_i_pages_lock_in_lookup, mapping.i_pages_lock,
                          reads(range_of(index << kPageShift, kPageSize)));
  const auto& pages = mapping.i_pages.read();
  const auto found = pages.find(index);
  return found == pages.end() ? nullptr : found->second;
}

folio& filemap_grab_folio(address_space& mapping, pgoff_t index) {
  while (true) {
    folio* found = filemap_get_folio(mapping, index);
    if (found == nullptr) {
      folio& fresh = sim::current().make<folio>(mapping, index, mapping.file_name);
      fresh.lock.lock();
      fresh.mapping.write() = &mapping;
      bool inserted = false;
      {
        sim::spin_guard guard(mapping.i_pages_lock, writes(fresh.bytes()));
        inserted = mapping.i_pages.write().emplace(index, &fresh).second;
      }
      if (inserted) return fresh;
      fresh.lock.unlock();
      continue;
    }
    found->lock.lock();
    if (found->mapping.read() == &mapping || mutant(Mutant::no_mapping_test_in_grab)) return *found;
    found->lock.unlock();  // truncated or reclaimed between the look-up and the lock
  }
}

folio* filemap_next_folio(address_space& mapping, pgoff_t index, pgoff_t end) {
  sim::spin_guard guard(mapping.i_pages_lock, reads({index << kPageShift, end << kPageShift}));
  const auto& pages = mapping.i_pages.read();
  const auto found = pages.lower_bound(index);
  return found == pages.end() || found->first >= end ? nullptr : found->second;
}

bool filemap_range_has_page(address_space& mapping, ByteRange range) {
  const ByteRange whole = sectors_around(range);
  return filemap_next_folio(mapping, whole.start >> kPageShift, whole.end >> kPageShift) != nullptr;
}

bool filemap_next_dirty(address_space& mapping, pgoff_t index, pgoff_t end, pgoff_t& found) {
  sim::spin_guard guard(mapping.i_pages_lock, reads({index << kPageShift, end << kPageShift}));
  const auto& tags = mapping.dirty_tags.read();
  const auto tag = tags.lower_bound(index);
  if (tag == tags.end() || *tag >= end) return false;
  found = *tag;
  return true;
}

void filemap_dirty_folio(folio& folio) {
  if (folio.dirty.read()) return;
  folio.dirty.write() = true;
  address_space& mapping = folio.host;
  sim::spin_guard guard(mapping.i_pages_lock, writes(folio.bytes()));
  if (!mutant(Mutant::no_dirty_tag)) mapping.dirty_tags.write().insert(folio.index);
}

bool folio_clear_dirty_for_io(folio& folio) {
  if (!folio.dirty.read()) return false;
  folio_mkclean(folio);
  folio.dirty.write() = false;
  return true;
}

void folio_start_writeback(folio& folio, const sim::Obligation* owed) {
  address_space& mapping = folio.host;
  folio.writeback_owed = owed;
  const bool dirty = folio.dirty.read();
  sim::spin_guard guard(mapping.i_pages_lock, writes(folio.bytes()));
  folio.writeback.store_in_section(true);
  mapping.writeback_tags.write().insert(folio.index);
  if (!dirty) mapping.dirty_tags.write().erase(folio.index);
}

int filemap_fdatawrite_range(address_space& mapping, ByteRange range) {
  sim::Frame frame("filemap_fdatawrite_range");
  writeback_control wbc{range, true};
  return mapping.a_ops.writepages(mapping, wbc);
}

void filemap_fdatawait_range(address_space& mapping, ByteRange range) {
  sim::Frame frame("filemap_fdatawait_range");
  const ByteRange whole = sectors_around(range);
  pgoff_t index = whole.start >> kPageShift;
  const pgoff_t end = whole.end >> kPageShift;
  while (true) {
    folio* waiting = nullptr;
    {
      sim::spin_guard guard(mapping.i_pages_lock, reads({index << kPageShift, whole.end}));
      const auto& tags = mapping.writeback_tags.read();
      const auto tag = tags.lower_bound(index);
      if (tag == tags.end() || *tag >= end) break;
      const auto& pages = mapping.i_pages.read();
      const auto found = pages.find(*tag);
      index = *tag + 1;
      if (found != pages.end()) waiting = found->second;
    }
    if (waiting != nullptr) folio_wait_writeback(*waiting);
  }
  sim::at<"filemap_fdatawait_range:writeback_ended">();
}

int filemap_write_and_wait_range(address_space& mapping, ByteRange range) {
  sim::Frame frame("filemap_write_and_wait_range");
  const int error = filemap_fdatawrite_range(mapping, range);
  filemap_fdatawait_range(mapping, range);
  return error;
}

}  // namespace kernel

#include "core/mm/page_table.hpp"

#include "core/kernel/mutant.hpp"
#include "core/kernel/section.hpp"

namespace kernel {

void unmap_folio(folio& folio) {
  if (!folio.ever_mapped.read() || mutant(Mutant::folio_stays_mapped)) return;
  sim::spin_guard guard(folio.host.page_table_lock, writes(folio.bytes()));
  auto& entries = folio.host.page_table.write();
  const auto entry = entries.find(folio.index);
  if (entry != entries.end() && entry->second.page == &folio) entries.erase(entry);
}

void unmap_mapping_range(address_space& mapping, ByteRange range) {
  const ByteRange whole = {round_up(range.start, kPageSize), round_up(range.end, kPageSize)};
  sim::spin_guard guard(mapping.page_table_lock, writes(whole));
  auto& entries = mapping.page_table.write();
  entries.erase(entries.lower_bound(whole.start >> kPageShift),
                entries.lower_bound(whole.end >> kPageShift));
}

void folio_mkclean(folio& folio) {
  if (!folio.ever_mapped.read() || mutant(Mutant::cleaned_folio_stays_writable)) return;
  sim::spin_guard guard(folio.host.page_table_lock, writes(folio.bytes()));
  auto& entries = folio.host.page_table.write();
  const auto entry = entries.find(folio.index);
  if (entry != entries.end()) entry->second.writable = false;
}

void folio_store(folio& folio, WriteIdentity write, ByteRange part) {
  const auto store = [&] {
    Content& content = folio.content.write();
    content = content_after(content, write, folio.pos(), part);
  };
  if (!folio.ever_mapped.read()) return store();
  sim::spin_guard guard(folio.host.page_table_lock, writes(folio.bytes()));
  store();
}

UserStore user_store(address_space& mapping, WriteIdentity write, ByteRange part, folio*& page) {
  sim::spin_guard guard(mapping.page_table_lock, writes(part));
  const auto& entries = mapping.page_table.read();
  const auto entry = entries.find(part.start >> kPageShift);
  if (entry == entries.end()) return UserStore::no_entry;
  page = entry->second.page;
  if (!entry->second.writable) return UserStore::read_only;
  Content& content = page->content.write();
  content = content_after(content, write, page->pos(), part);
  return UserStore::done;
}

bool user_load(address_space& mapping, pgoff_t index) {
  sim::spin_guard guard(mapping.page_table_lock, reads(range_of(index << kPageShift, kPageSize)));
  return mapping.page_table.read().count(index) != 0;
}

bool set_pte(folio& page, folio* expected, bool writable) {
  page.ever_mapped.write() = true;
  sim::spin_guard guard(page.host.page_table_lock, writes(page.bytes()));
  auto& entries = page.host.page_table.write();
  const auto entry = entries.find(page.index);
  folio* const now = entry == entries.end() ? nullptr : entry->second.page;
  if (now != expected) return false;
  entries.insert_or_assign(page.index, pte{&page, writable});
  return true;
}

}  // namespace kernel

#include "core/vfs/page_fault.hpp"

#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel {
namespace {

pgoff_t pages_of(u64 size) { return round_up(size, kPageSize) >> kPageShift; }

/// A folio that is not there or not read yet: created and read with the page cache held still.
folio* read_missing_folio(inode& inode, pgoff_t index) {
  inode.i_data.invalidate_lock.down_read();
  folio& page = filemap_grab_folio(inode.i_data, index);
  int error = 0;
  if (!is_uptodate(page)) error = inode.i_data.a_ops.read_folio(page);
  inode.i_data.invalidate_lock.up_read();
  if (error == 0) return &page;
  page.lock.unlock();
  return nullptr;
}

/// do_shared_fault and wp_page_shared: the folio may be written to, and is locked; nullptr: SIGBUS
/// (`error`), or somebody was faster (0).
folio* make_writable(vm_operations_struct& vm_ops, folio& page, folio* mapped, int& error) {
  error = vm_ops.page_mkwrite(page);
  if (error == -EFAULT)
    error = 0;
  else if (error == 0) {
    if (set_pte(page, mapped, true)) {
      filemap_dirty_folio(page);
      return &page;
    }
    page.lock.unlock();
  }
  return nullptr;
}

/// handle_mm_fault for a store; 0 (store again) or -EFAULT (SIGBUS). `mapped`: what is mapped
/// read-only, or nullptr.
int write_fault(inode& inode, vm_operations_struct& vm_ops, pgoff_t index, folio* mapped) {
  sim::Frame frame("handle_mm_fault");
  folio* page = mapped;
  if (page == nullptr) {
    page = filemap_fault(inode, index);
    if (page == nullptr) return -EFAULT;
    page->lock.unlock();
  }
  int error = 0;
  folio* const locked = make_writable(vm_ops, *page, mapped, error);
  if (locked != nullptr) locked->lock.unlock();
  return error == 0 ? 0 : -EFAULT;
}

}  // namespace

folio* filemap_fault(inode& inode, pgoff_t index) {
  sim::Frame frame("filemap_fault");
  if (index >= pages_of(inode.i_size.read_once())) return nullptr;
  folio* page = filemap_get_folio(inode.i_data, index);
  if (page != nullptr) {
    page->lock.lock();
    if (page->mapping.read() != &inode.i_data || !is_uptodate(*page)) {
      page->lock.unlock();
      page = nullptr;
    }
  }
  if (page == nullptr) page = read_missing_folio(inode, index);
  if (page == nullptr) return nullptr;
  if (index < pages_of(inode.i_size.read_once())) return page;
  page->lock.unlock();
  return nullptr;
}

s64 filemap_read(inode& inode, ByteRange range) {
  sim::Frame frame("filemap_read");
  for (pgoff_t index = range.start >> kPageShift; index < pages_of(range.end); ++index) {
    if (index >= pages_of(inode.i_size.read_once())) break;
    folio* page = filemap_get_folio(inode.i_data, index);
    if (page != nullptr && page->uptodate.load_acquire()) continue;
    page = read_missing_folio(inode, index);
    if (page == nullptr) return -EIO;
    page->lock.unlock();
  }
  return static_cast<s64>(range.size());
}

s64 store_to_user_memory(inode& inode, vm_operations_struct& vm_ops, WriteIdentity write,
                         ByteRange range) {
  u64 at = range.start;
  while (at < range.end) {
    const ByteRange part = range.cut({at, round_down(at, kPageSize) + kPageSize});
    folio* mapped = nullptr;
    const UserStore result = user_store(inode.i_data, write, part, mapped);
    if (result == UserStore::done) {
      at = part.end;
      continue;
    }
    if (result == UserStore::no_entry) mapped = nullptr;
    if (write_fault(inode, vm_ops, at >> kPageShift, mapped) == 0) continue;
    return at == range.start ? -EFAULT : static_cast<s64>(at - range.start);
  }
  sim::at<"store_to_user_memory:stored">();
  return static_cast<s64>(range.size());
}

int load_from_user_memory(inode& inode, ByteRange range) {
  for (pgoff_t index = range.start >> kPageShift; index < pages_of(range.end); ++index) {
    if (user_load(inode.i_data, index)) continue;
    sim::Frame frame("handle_mm_fault");
    folio* const page = filemap_fault(inode, index);
    if (page == nullptr) return -EFAULT;
    set_pte(*page, nullptr, false);
    page->lock.unlock();
  }
  return 0;
}

}  // namespace kernel

/// User memory that maps a file: loads, stores and the faults that they take (mm/memory.c,
/// filemap_fault of mm/filemap.c). Stands in vfs/ because a fault looks at i_size.
#pragma once

#include "core/mm/page_table.hpp"
#include "core/vfs/inode.hpp"

namespace kernel {

struct vm_operations_struct {
  /// A store meets a read-only folio (not locked). 0: it may be made writable, and is locked;
  /// -EFAULT: fault again (VM_FAULT_NOPAGE); other negative errnos: SIGBUS.
  virtual int page_mkwrite(folio& page) = 0;

 protected:
  ~vm_operations_struct() = default;
};

/// Stores `write` at bytes `range` of the mapped file, a page at a time; bytes stored before the
/// first SIGBUS, or -EFAULT where there are none.
s64 store_to_user_memory(inode& inode, vm_operations_struct& vm_ops, WriteIdentity write,
                         ByteRange range);
/// Loads them; 0, or -EFAULT for SIGBUS. What is read nobody looks at: the fault is what matters.
int load_from_user_memory(inode& inode, ByteRange range);

/// read(2) through the page cache: bytes read, or a negative errno.
s64 filemap_read(inode& inode, ByteRange range);

/// The cached folio, locked, uptodate and inside the file; nullptr: SIGBUS. Creates and reads it
/// where there is none.
folio* filemap_fault(inode& inode, pgoff_t index);

}  // namespace kernel

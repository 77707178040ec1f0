/// Page table entries of mapped files, and what the processor does with them: mm/rmap.c,
/// mm/memory.c. An entry is made while the folio is locked, so who holds that lock and sees none
/// knows that there is none.
#pragma once

#include "core/mm/address_space.hpp"

namespace kernel {

/// Takes the folio's entry away. Folio lock held.
void unmap_folio(folio& page);

/// What a store of the user's finds.
enum class UserStore : u8 {
  done,
  no_entry,   ///< fault: nothing is mapped
  read_only,  ///< fault: write protection
};

/// One store instruction of the user's: through the entry, without any lock of the filesystem.
/// `page`: what is mapped there read-only.
UserStore user_store(address_space& mapping, WriteIdentity write, ByteRange part, folio*& page);

/// Is the page mapped, so that a load of the user's does not fault?
bool user_load(address_space& mapping, pgoff_t index);

/// The end of a fault: the entry is set, provided that it is still `expected` (nullptr: none);
/// false if it is not. Folio lock held.
bool set_pte(folio& page, folio* expected, bool writable);

}  // namespace kernel

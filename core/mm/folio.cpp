#include "core/mm/folio.hpp"

#include "core/kernel/mutant.hpp"
#include "core/kernel/section.hpp"
#include "core/mm/address_space.hpp"

namespace kernel {

folio::folio(address_space& owner, pgoff_t page, const char* file_name)
    : index(page),
      host(owner),
      lock({"folio_lock", file_name, page}),
      mapping(lock, "folio->mapping", kFolioState, nullptr),
      dirty(lock, "PG_dirty", kFolioState, false),
      buffers(lock, "folio->private", kFolioState, nullptr),
      ever_mapped(lock, "mapcount", kFolioState, false),
      content("folio content", kFolioState, kZeros),
      uptodate({"PG_uptodate", file_name, page}, kFolioState, false),
      writeback({"PG_writeback", file_name, page}, kFolioState, false),
      writeback_wait({"folio_wait_writeback", file_name, page}),
      ordered("PG_ordered", kFolioState, false) {}

void folio_mark_uptodate(folio& folio) {
  if (!is_uptodate(folio)) folio.uptodate.store_release(true);
}

void folio_wait_writeback(folio& folio) {
  const sim::Obligation* const owed = [&] {
    const sim::Observing explains(sim::current());
    return folio.writeback_owed.peek();
  }();
  folio.writeback_wait.wait_event(
      folio.writeback, [](bool set) { return !set; }, owed);
}

void folio_wait_stable(folio& folio) {
  if (folio.host.stable_writes) folio_wait_writeback(folio);
}

void folio_end_writeback(folio& folio) {
  address_space& mapping = folio.host;
  {
    // One section for bit and tag: else the tag of a writeback that starts in between would be
    // taken away.
    sim::spin_guard guard(mapping.i_pages_lock, writes(folio.bytes()));
    folio.writeback.store_in_section(false);
    if (!mutant(Mutant::writeback_tag_stays)) mapping.writeback_tags.write().erase(folio.index);
  }
  if (!mutant(Mutant::no_writeback_wakeup)) folio.writeback_wait.wake_up_all();
}

}  // namespace kernel

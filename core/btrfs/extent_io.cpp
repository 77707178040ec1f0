/// fs/btrfs/extent_io.c: writeback. Folio locks are taken ascending; the io tree range is locked
/// inside them.
#include "core/btrfs/extent_io.hpp"

#include "core/btrfs/fs_info.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

/// end_bbio_data_write. Accounting comes first and the writeback bit second: the completion work
/// may start, and even end, before a waiter for writeback goes on; and the waiter may go on long
/// before the work runs.
void end_bbio_data_write(bio& ended, btrfs_ordered_extent& ordered,
                         const std::pmr::vector<folio*>& pages) {
  sim::Frame frame("end_bbio_data_write");
  const bool uptodate = ended.status == 0;
  const bool at_once =
      ordered.inode.fs_info.fixes.write_bio_accounting == WriteBioAccounting::per_bio;
  if (mutant(Mutant::writeback_cleared_first))
    for (folio* page : pages) folio_end_writeback(*page);
  if (at_once) {
    if (!mutant(Mutant::ordered_mark_stays))
      for (folio* page : pages) page->ordered.write() = false;
    btrfs_finish_ordered_extent(ordered, nullptr, ended.file_range(), uptodate);
  }
  for (folio* page : pages) {
    if (!at_once) btrfs_finish_ordered_extent(ordered, page, page->bytes(), uptodate);
    if (mutant(Mutant::accounted_twice))
      btrfs_finish_ordered_extent(ordered, nullptr, page->bytes(), uptodate);
    if (!mutant(Mutant::writeback_cleared_first)) folio_end_writeback(*page);
    effect("writeback of folio {} ended", page->index);
    sim::at<"end_bbio_data_write:writeback_cleared">();
  }
}

/// Collects folios that are contiguous in the file and belong to one ordered extent into bios.
class BioWriter {
 public:
  explicit BioWriter(btrfs_inode& inode) : inode_(inode) {}

  void add(folio& page, btrfs_ordered_extent& ordered) {
    if (bio_ != nullptr && (ordered_ != &ordered || bio_->file_range().end != page.pos() ||
                            pages_->size() == inode_.fs_info.params.bio_pages))
      submit();
    sim::Execution& execution = sim::current();
    if (bio_ == nullptr) {
      bio_ = &execution.make<bio>(&execution.arena());
      pages_ = &execution.make<std::pmr::vector<folio*>>(&execution.arena());
      ordered_ = &ordered;
      bio_->file_offset = page.pos();
      bio_->disk = ordered.disk_bytenr + (page.pos() - ordered.range.start);
    }
    bio_->contents.push_back(page.content.read());
    pages_->push_back(&page);
  }

  bool empty() const { return bio_ == nullptr; }

  void submit() {
    if (bio_ == nullptr) return;
    sim::Execution& execution = sim::current();
    btrfs_ordered_extent& ordered = *ordered_;
    const std::pmr::vector<folio*>& pages = *pages_;
    const sim::TaskId completion = inode_.fs_info.device.submit_bio(
        *bio_, [&ordered, &pages](bio& ended) { end_bbio_data_write(ended, ordered, pages); });
    if (!mutant(Mutant::bio_not_handed_over))
      ordered.work.hand(execution.running_id(), completion, bio_->size());
    effect("bio for {} submitted", bio_->file_range());
    sim::at<"submit_one_bio:submitted">();
    bio_ = nullptr;
  }

 private:
  btrfs_inode& inode_;
  bio* bio_ = nullptr;
  std::pmr::vector<folio*>* pages_ = nullptr;
  btrfs_ordered_extent* ordered_ = nullptr;
};

void unlock_pages(std::pmr::vector<folio*>& pages, std::size_t from) {
  for (std::size_t i = from; i < pages.size(); ++i) pages[i]->lock.unlock();
  pages.resize(std::min(pages.size(), from));
}

/// lock_delalloc_folios: the folios after the first, each still dirty and in the file; shorter
/// where one is not.
void lock_delalloc_folios(btrfs_inode& inode, ByteRange& range, std::pmr::vector<folio*>& pages) {
  for (u64 at = range.start + kPageSize; at < range.end; at += kPageSize) {
    folio* next = filemap_get_folio(inode.i_data, at >> kPageShift);
    if (next != nullptr) {
      next->lock.lock();
      if (next->mapping.read() == &inode.i_data && next->dirty.read()) {
        pages.push_back(next);
        continue;
      }
      next->lock.unlock();
    }
    range.end = at;
    return;
  }
}

/// find_lock_delalloc_range and run_delalloc_range for the runs that touch the folio. A run is cut
/// to begin at the folio: bytes before it stay dirty until their own folio's turn.
void writepage_delalloc(btrfs_inode& inode, folio& page) {
  sim::Frame frame("writepage_delalloc");
  while (true) {
    std::optional<ByteRange> run = find_delalloc_range(inode.io_tree, page.pos());
    if (!run || run->start >= page.bytes().end) return;
    ByteRange range = sectors_around(*run);
    std::pmr::vector<folio*> pages({&page}, &sim::current().arena());
    lock_delalloc_folios(inode, range, pages);
    const bool locks = !mutant(Mutant::no_extent_lock_in_writeback);
    if (locks) lock_extent(inode.io_tree, range);
    if (!is_delalloc(inode.io_tree, range)) {
      if (locks) unlock_extent(inode.io_tree, range);
      unlock_pages(pages, 1);
      continue;
    }
    btrfs_run_delalloc_range(inode, range, pages);
  }
}

/// extent_writepage. The folio is locked and its dirty bit is clear already.
void extent_writepage(btrfs_inode& inode, folio& page, BioWriter& bios) {
  sim::Frame frame("extent_writepage");
  const u64 size = inode.i_size.read_once();
  if (page.pos() >= size) {
    btrfs_invalidate_folio(inode, page);
    page.lock.unlock();
    return;
  }
  writepage_delalloc(inode, page);
  btrfs_ordered_extent* ordered = btrfs_lookup_ordered_range(inode, page.bytes());
  if (ordered == nullptr || !page.ordered.read()) {
    warn("extent_writepage",
         fmt::format("folio {} of {} is dirty without delayed allocation", page.index, inode.name));
    page.lock.unlock();
    return;
  }
  ordered->work.owe(sim::current().running_id(), kPageSize);
  folio_start_writeback(page, &ordered->work);
  bios.add(page, *ordered);
  page.lock.unlock();
}

/// Is the locked folio still being written? Who writes everything waits until it is not; nobody
/// else can start over meanwhile.
bool is_under_writeback(folio& page, const writeback_control& wbc, BioWriter& bios) {
  if (!wbc.sync_all) return page.writeback.read_once();
  if (!bios.empty() && page.writeback.read_once()) bios.submit();  // or we might wait for ourselves
  folio_wait_writeback(page);
  return false;
}

}  // namespace

int btrfs_writepages(btrfs_inode& inode, const writeback_control& wbc) {
  sim::Frame frame("btrfs_writepages");
  const ByteRange whole = sectors_around(wbc.range);
  const pgoff_t end = whole.end >> kPageShift;
  pgoff_t index = whole.start >> kPageShift;
  BioWriter bios(inode);
  for (pgoff_t found = 0; filemap_next_dirty(inode.i_data, index, end, found); index = found + 1) {
    folio* page = filemap_get_folio(inode.i_data, found);
    if (page == nullptr) continue;
    if (!page->lock.try_lock()) {
      bios.submit();  // the folio's owner may wait for the writeback of what we collected
      page->lock.lock();
    }
    if (page->mapping.read() != &inode.i_data) {
      page->lock.unlock();
      continue;
    }
    if (is_under_writeback(*page, wbc, bios) || !folio_clear_dirty_for_io(*page)) {
      page->lock.unlock();
      continue;
    }
    extent_writepage(inode, *page, bios);
  }
  bios.submit();
  return 0;
}

int Operations::writepages(address_space& mapping, writeback_control& wbc) {
  return btrfs_writepages(inode_of(mapping), wbc);
}

}  // namespace kernel::btrfs

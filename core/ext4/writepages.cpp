/// fs/ext4/inode.c: writeback. The first pass writes folios whose blocks are known, without a
/// handle; then one extent at a time: folios of blocks that follow each other and want the same are
/// locked together, mapped at once, and written. They stay locked while writeback waits for
/// i_data_sem.
#include "core/ext4/delalloc_buffers.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/extents_status.hpp"
#include "core/ext4/map_blocks.hpp"
#include "core/ext4/page_io.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {
namespace {

/// struct mpage_da_data.
class DelayedWriteback {
 public:
  DelayedWriteback(ext4_inode_info& inode, const writeback_control& wbc)
      : inode_(inode),
        sync_all_(wbc.sync_all),
        next_(wbc.range.start >> kPageShift),
        end_(round_up(wbc.range.end, kPageSize) >> kPageShift),
        locked_(&sim::current().arena()) {}

  /// Writes what needs no mapping, up to the first folio that does.
  void write_mapped() {
    run_pass(sim::current().make<ext4_io_end>(inode_, &sim::current().arena()), false);
  }

  /// Maps and writes one extent, and mapped folios before it.
  void write_extent() {
    ext4_journal_start(inode_.sb);
    run_pass(sim::current().make<ext4_io_end>(inode_, &sim::current().arena()), true);
    ext4_journal_stop(inode_.sb);
  }

  bool scanned_until_end() const { return scanned_until_end_; }

 private:
  void run_pass(ext4_io_end& io_end, bool maps);
  folio* lock_next_dirty(pgoff_t& index);
  void prepare(BioSubmitter& bios, bool maps);
  int map_extent(ext4_io_end& io_end, ext4_map_blocks_t& map);
  void submit_mapped(BioSubmitter& bios, const ext4_map_blocks_t& map);
  void submit_folio(BioSubmitter& bios, folio& page);
  void lose_data(int error);
  void push_disksize(u64 written_to);

  ext4_inode_info& inode_;
  const bool sync_all_;
  pgoff_t next_;  ///< folios below are done
  const pgoff_t end_;
  std::pmr::vector<folio*> locked_;  ///< of the extent, in order
  bool scanned_until_end_ = false;
  u32 wanted_ = 0;  ///< BH_Delay, BH_Unwritten: of all of the extent's buffers
};

/// The next dirty folio, locked, dirty and in the file; nullptr if there is none. With an extent
/// begun only the folio that follows it.
folio* DelayedWriteback::lock_next_dirty(pgoff_t& index) {
  pgoff_t found = 0;
  while (filemap_next_dirty(inode_.i_data, index, end_, found)) {
    index = found;
    if (!locked_.empty() && locked_.back()->index + 1 != found) return nullptr;
    folio* const page = filemap_get_folio(inode_.i_data, found);
    if (page != nullptr) {
      page->lock.lock();
      const bool ours = page->mapping.read() == &inode_.i_data && page->dirty.read();
      if (ours && (sync_all_ || !page->writeback.load_acquire())) {
        if (sync_all_) folio_wait_writeback(*page);
        return page;
      }
      page->lock.unlock();
    }
    index = found + 1;
  }
  index = end_;
  scanned_until_end_ = true;
  return nullptr;
}

/// mpage_prepare_extent_to_map: `locked_` is the extent to map.
void DelayedWriteback::prepare(BioSubmitter& bios, bool maps) {
  sim::Frame frame("mpage_prepare_extent_to_map");
  pgoff_t index = next_;
  while (folio* const page = lock_next_dirty(index)) {
    const u32 state = page->buffers.read() == nullptr ? 0 : buffer_state(*page->buffers.read());
    const bool in_file = page->pos() < inode_.i_size.read_once();
    const u32 wants = in_file ? state & (BH_Delay | BH_Unwritten) : 0;
    const bool maps_it =
        wants != 0 && (state & BH_Dirty) != 0 && !mutant(Mutant::delayed_folio_cleaned);
    if (maps_it && (!maps || (!locked_.empty() && wants != wanted_))) {
      page->lock.unlock();
      break;
    }
    index = page->index + 1;
    if (maps_it) {
      locked_.push_back(page);
      wanted_ = wants;
      continue;
    }
    if (!locked_.empty()) {
      page->lock.unlock();
      index = page->index;
      break;
    }
    submit_folio(bios, *page);
  }
  if (locked_.empty()) next_ = index;
}

int DelayedWriteback::map_extent(ext4_io_end& io_end, ext4_map_blocks_t& map) {
  trace("ext4_da_write_pages_extent", "ino {} lblk {} len {}", inode_.i_ino, map.m_lblk, map.m_len);
  const bool nolock = inode_.sb.params.dioread_nolock && !delayed_by_buffers(inode_);
  u32 flags = EXT4_GET_BLOCKS_CREATE;
  if (nolock) flags = EXT4_GET_BLOCKS_IO_CREATE_EXT;
  flags |= EXT4_EX_NOCACHE;
  if ((wanted_ & BH_Delay) != 0) flags |= EXT4_GET_BLOCKS_DELALLOC_RESERVE;
  const s64 mapped = ext4_map_blocks(inode_, map, flags);
  if (mapped <= 0) return mapped == 0 ? -EIO : static_cast<int>(mapped);
  if (nolock && (map.m_flags & EXT4_MAP_UNWRITTEN) != 0) {
    if (!io_end.unwritten.read()) {
      io_end.unwritten.write() = true;
      io_end.lblk.write() = map.m_lblk;
    }
    io_end.len.write() += map.m_len;
  }
  sim::at<"mpage_map_one_extent:mapped">();
  return 0;
}

/// mpage_map_and_submit_buffers.
void DelayedWriteback::submit_mapped(BioSubmitter& bios, const ext4_map_blocks_t& map) {
  for (std::size_t i = 0; i < map.m_len && i < locked_.size(); ++i) {
    buffer_head& bh = *locked_[i]->buffers.read();
    clear_delay(*locked_[i]);
    bh.b_state.write() &= ~BH_Unwritten;
    bh.b_blocknr.write() = map.m_pblk + i;
    submit_folio(bios, *locked_[i]);
  }
  locked_.erase(locked_.begin(),
                locked_.begin() +
                    static_cast<std::ptrdiff_t>(std::min<std::size_t>(map.m_len, locked_.size())));
}

/// mpage_submit_folio. The folio is write-protected before i_size is read.
void DelayedWriteback::submit_folio(BioSubmitter& bios, folio& page) {
  next_ = page.index + 1;
  folio_clear_dirty_for_io(page);
  buffer_head* const bh = page.buffers.read();
  const bool in_file = page.pos() < inode_.i_size.read_once();
  const u32 state = bh == nullptr ? 0 : buffer_state(*bh);
  const bool writes = in_file && (state & BH_Dirty) != 0 && (state & BH_Mapped) != 0 &&
                      (state & (BH_Delay | BH_Unwritten)) == 0;
  if (bh != nullptr) bh->b_state.write() &= ~BH_Dirty;
  if (writes) {
    bios.add(page, bh->b_blocknr.read());
  }
  page.lock.unlock();
}

/// The allocation failed for good: the folios of the extent are thrown away.
void DelayedWriteback::lose_data(int error) {
  warn("mpage_map_and_submit_extent",
       fmt::format("EXT4-fs (disk): Delayed block allocation failed for inode {} at logical offset "
                   "{} with max blocks {} with error {}",
                   inode_.i_ino, locked_.front()->index, locked_.size(), -error));
  next_ = locked_.back()->index + 1;
  inode_.i_data_sem.down_write();
  ext4_es_remove_extent(inode_, locked_.front()->index, next_);
  inode_.i_data_sem.up_write();
  for (folio* page : locked_) {
    folio_clear_dirty_for_io(*page);
    page->buffers.write() = nullptr;
    page->uptodate.write_once(false);
    page->lock.unlock();
  }
  locked_.clear();
}

void DelayedWriteback::push_disksize(u64 written_to) {
  if (written_to <= inode_.i_disksize.read_once()) return;
  inode_.i_data_sem.down_write();
  const u64 size = std::min(written_to, inode_.i_size.read_once());
  if (size > inode_.i_disksize.read_under(inode_.i_data_sem)) set_i_disksize(inode_, size);
  inode_.i_data_sem.up_write();
}

/// mpage_map_and_submit_extent, and the bios of everything collected.
void DelayedWriteback::run_pass(ext4_io_end& io_end, bool maps) {
  BioSubmitter bios(inode_, io_end);
  prepare(bios, maps);
  u64 written_to = 0;
  while (!locked_.empty()) {
    ext4_map_blocks_t map{locked_.front()->index, locked_.size()};
    const int error = map_extent(io_end, map);
    if (error != 0) {
      lose_data(error);
      break;
    }
    written_to = bytes_of(map.m_lblk, map.m_len).end;
    submit_mapped(bios, map);
  }
  push_disksize(written_to);
  bios.submit();
  ext4_put_io_end(io_end);
}

}  // namespace

int Operations::writepages(address_space& mapping, writeback_control& wbc) {
  sim::Frame frame("ext4_do_writepages");
  ext4_inode_info& inode = EXT4_I(mapping.host);
  trace("ext4_writepages", "ino {} sync_mode {}", inode.i_ino, wbc.sync_all ? 1 : 0);
  DelayedWriteback writeback(inode, wbc);
  writeback.write_mapped();
  while (!writeback.scanned_until_end()) writeback.write_extent();
  trace("ext4_writepages_result", "ino {} ret 0", inode.i_ino);
  return 0;
}

}  // namespace kernel::ext4

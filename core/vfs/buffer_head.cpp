#include "core/vfs/buffer_head.hpp"

#include "core/kernel/errno.hpp"

namespace kernel {

buffer_head::buffer_head(folio& owner)
    : b_state(owner.lock, "b_state", kBufferState, 0U),
      b_blocknr(owner.lock, "b_blocknr", kBufferState, 0U),
      b_delay("BH_Delay", kBufferState, 0U) {}

buffer_head& folio_create_buffers(folio& page) {
  if (page.buffers.read() == nullptr) {
    buffer_head& fresh = sim::current().make<buffer_head>(page);
    if (is_uptodate(page)) fresh.b_state.write() = BH_Uptodate;
    page.buffers.write() = &fresh;
  }
  return *page.buffers.read();
}

int __block_write_begin(inode& inode, folio& page, ByteRange part, get_block_t get_block) {
  sim::Frame frame("__block_write_begin");
  buffer_head& bh = folio_create_buffers(page);
  if ((bh.b_state.read() & BH_New) != 0) bh.b_state.write() &= ~BH_New;
  if ((bh.b_state.read() & BH_Mapped) == 0) {
    const int error = get_block(inode, page, bh);
    if (error != 0) return error;
    if ((bh.b_state.read() & BH_New) != 0 && is_uptodate(page)) {
      bh.b_state.write() = (bh.b_state.read() & ~BH_New) | BH_Uptodate | BH_Dirty;
      filemap_dirty_folio(page);
      return 0;
    }
    if ((bh.b_state.read() & BH_New) != 0) folio_store(page, {}, page.bytes());
  }
  sim::at<"__block_write_begin:mapped">();
  const u32 state = buffer_state(bh);
  if (is_uptodate(page)) {
    if ((state & BH_Uptodate) == 0) bh.b_state.write() |= BH_Uptodate;
    return 0;
  }
  const bool whole = part.contains(page.bytes());
  if (whole || (state & (BH_Uptodate | BH_Delay | BH_Unwritten | BH_New)) != 0) return 0;
  const int error = page.host.a_ops.read_folio(page);
  if (error == 0) bh.b_state.write() |= BH_Uptodate;
  return error;
}

void block_commit_write(folio& page) {
  buffer_head& bh = *page.buffers.read();
  bh.b_state.write() = (bh.b_state.read() & ~BH_New) | BH_Uptodate | BH_Dirty;
  filemap_dirty_folio(page);
  folio_mark_uptodate(page);
}

int block_page_mkwrite(inode& inode, folio& page, get_block_t get_block) {
  sim::Frame frame("block_page_mkwrite");
  page.lock.lock();
  const u64 size = inode.i_size.read_once();
  if (page.mapping.read() != &inode.i_data || page.pos() >= size) {
    page.lock.unlock();
    return -EFAULT;
  }
  const ByteRange part{page.pos(), std::min(size, page.bytes().end)};
  const int error = __block_write_begin(inode, page, part, get_block);
  if (error != 0) {
    page.lock.unlock();
    return error;
  }
  block_commit_write(page);
  folio_wait_stable(page);
  return 0;
}

}  // namespace kernel

#include "core/ext4/page_io.hpp"

#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/map_blocks.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::ext4 {
namespace {

/// ext4_finish_bio.
void end_writeback(const std::pmr::vector<folio*>& pages) {
  for (folio* page : pages) {
    folio_end_writeback(*page);
    effect("writeback of folio {} ended", page->index);
  }
}

/// ext4_end_io_end. Its handle was reserved when the IO was submitted, so it joins a transaction
/// that a commit has locked already.
void end_io_end(ext4_io_end& io_end) {
  sim::Frame frame("ext4_end_io_end");
  if (mutant(Mutant::writeback_ends_before_conversion)) end_writeback(io_end.waiting.read());
  ext4_convert_unwritten_extents(io_end.inode, io_end.lblk.read(), io_end.len.read());
  if (!mutant(Mutant::writeback_ends_before_conversion)) end_writeback(io_end.waiting.read());
  io_end.work.discharge(sim::current().running_id(), io_end.work.total());
}

/// ext4_do_end_io_work: all that ended until the work began.
void end_io_work(ext4_inode_info& inode) {
  sim::Frame frame("ext4_end_io_rsv_work");
  std::pmr::vector<ext4_io_end*> ended(&sim::current().arena());
  {
    sim::spin_guard guard(inode.i_completed_io_lock);
    ended.swap(inode.i_rsv_conversion_list.write());
    inode.i_rsv_conversion_worker.write() = sim::kNoTask;
  }
  for (ext4_io_end* io_end : ended) end_io_end(*io_end);
}

/// ext4_add_complete_io. Queueing is no step of its own but for the spawn: the list is filled
/// first, and work that is queued already takes it along.
void add_complete_io(ext4_io_end& io_end) {
  ext4_inode_info& inode = io_end.inode;
  spin_guard_unless guard(Mutant::no_completed_io_lock, inode.i_completed_io_lock);
  inode.i_rsv_conversion_list.write().push_back(&io_end);
  if (inode.i_rsv_conversion_worker.read() == sim::kNoTask) {
    inode.i_rsv_conversion_worker.write() =
        inode.sb.rsv_conversion_wq.queue_work([&inode] { end_io_work(inode); });
  }
  io_end.work.take_over(inode.i_rsv_conversion_worker.read(), io_end.work.total());
  const ext4_lblk_t lblk = io_end.lblk.read();
  effect("conversion of blocks [{}, {}) queued", lblk, lblk + io_end.len.read());
}

/// A reference was dropped that was not the last: who drops the last one queues the conversion.
void leave_to_others(ext4_io_end& io_end) {
  const sim::Observing explains(sim::current());
  const sim::TaskId self = sim::current().running_id();
  if (io_end.submitter.peek() == self) io_end.submitter = sim::kNoTask;
  const u64 owed = io_end.work.amount_of(self);
  if (owed == 0) return;
  sim::TaskId heir = io_end.submitter.peek();
  for (sim::TaskId task = 0; heir == sim::kNoTask && task < sim::kMaxTasks; ++task)
    if (task != self && (io_end.work.owners() & sim::mask_of(task)) != 0) heir = task;
  io_end.work.hand(self, heir, owed);
}

/// ext4_end_bio.
void end_bio(ext4_io_end& io_end, const std::pmr::vector<folio*>& pages, bool unwritten) {
  sim::Frame frame("ext4_end_bio");
  if (unwritten) return ext4_put_io_end(io_end);
  end_writeback(pages);
  io_end.work.discharge(sim::current().running_id(), pages.size());
}

}  // namespace

ext4_io_end::ext4_io_end(ext4_inode_info& owner, std::pmr::memory_resource* memory)
    : inode(owner),
      count({"io_end->count", owner.name}, 0, 1),
      submitter("submitter", sim::current().running_id()),
      unwritten("io_end->flag", 0, false),
      lblk("io_end->offset", 0, 0U),
      len("io_end->size", 0, 0U),
      waiting("io_end->bio", 0, memory),
      work("ext4_io_end") {}

void BioSubmitter::add(folio& page, ext4_fsblk_t block) {
  const u64 disk = block << kPageShift;
  if (bio_ != nullptr &&
      (bio_->disk + bio_->size() != disk || pages_->size() == inode_.sb.params.bio_pages))
    submit();
  sim::Execution& execution = sim::current();
  if (bio_ == nullptr) {
    bio_ = &execution.make<bio>(&execution.arena());
    pages_ = &execution.make<std::pmr::vector<folio*>>(&execution.arena());
    bio_->file_offset = page.pos();
    bio_->disk = disk;
  }
  io_end_.work.owe(execution.running_id(), 1);
  folio_start_writeback(page, &io_end_.work);
  bio_->contents.push_back(page.content.read());
  pages_->push_back(&page);
}

void BioSubmitter::submit() {
  if (bio_ == nullptr) return;
  sim::Execution& execution = sim::current();
  ext4_io_end& io_end = io_end_;
  std::pmr::vector<folio*>& pages = *pages_;
  const bool unwritten = io_end.unwritten.read();
  if (unwritten) {
    auto& waiting = io_end.waiting.write();
    waiting.insert(waiting.end(), pages.begin(), pages.end());
    io_end.count.update([](u32 count) { return count + 1; });
  }
  const sim::TaskId completion =
      inode_.sb.device.submit_bio(*bio_, [&io_end, &pages, unwritten](const bio& done) {
        note_data_on_disk(io_end.inode.sb, done);
        end_bio(io_end, pages, unwritten);
      });
  io_end.work.hand(execution.running_id(), completion, pages.size());
  effect("bio for {} submitted", bio_->file_range());
  sim::at<"ext4_io_submit:submitted">();
  bio_ = nullptr;
}

void ext4_put_io_end(ext4_io_end& io_end) {
  if (!io_end.unwritten.read()) return;
  const u32 before = io_end.count.update([](u32 count) { return count - 1; });
  if (mutant(Mutant::conversion_not_queued)) return;
  if (before != 1) {
    leave_to_others(io_end);
  } else if (!io_end.waiting.read().empty()) {
    add_complete_io(io_end);
  }
}

void note_data_on_disk(ext4_sb_info& sb, const bio& done) {
  for (u64 at = done.disk; at < done.disk + done.size(); at += kPageSize)
    sb.data_on_disk.change().insert(at >> kPageShift);
}

void ext4_convert_unwritten_extents(ext4_inode_info& inode, ext4_lblk_t lblk, u64 len) {
  sim::Frame frame("ext4_convert_unwritten_extents");
  if (mutant(Mutant::conversion_too_short)) --len;
  while (len != 0) {
    ext4_map_blocks_t map{lblk, len};
    const s64 mapped = ext4_map_blocks(
        inode, map, EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT | EXT4_GET_BLOCKS_CONVERT | EXT4_EX_NOCACHE);
    if (mapped <= 0) return;
    lblk += static_cast<u64>(mapped);
    len -= static_cast<u64>(mapped);
  }
}

}  // namespace kernel::ext4

/// fs/btrfs/direct-io.c: what both ways of direct writing share.
#include "core/btrfs/direct_io.hpp"

#include "core/btrfs/file.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"

namespace kernel::btrfs {
namespace {

/// Writes what the direct part left, and takes it out of the page cache again.
s64 write_rest_buffered(btrfs_inode& inode, kiocb& iocb, iov_iter& from, s64 written) {
  const u64 start = iocb.ki_pos;
  effect("the rest, {}, is written buffered", range_of(start, from.count));
  sim::at<"btrfs_direct_write:fell_back_to_buffered">();
  const s64 buffered = btrfs_buffered_write(iocb, from);
  if (buffered <= 0) return written != 0 ? written : buffered;
  const ByteRange range = range_of(start, static_cast<u64>(buffered));
  const int error = filemap_write_and_wait_range(inode.i_data, range);
  if (error != 0) return error;
  invalidate_inode_pages2_range(inode.i_data, range);
  return written + buffered;
}

bool is_aligned(const kiocb& iocb, const iov_iter& from) {
  return iocb.ki_pos % kPageSize == 0 && from.count % kPageSize == 0;
}

/// Direct writes of files with checksums write buffered since 968f19c5b1b7: the user may change the
/// buffer between the checksum and the write.
bool must_fall_back(const btrfs_inode& inode) {
  return !inode.nodatasum && !inode.nodatacow &&
         inode.fs_info.fixes.checksummed_direct_write ==
             ChecksummedDirectWrite::falls_back_to_buffered;
}

s64 write_direct(btrfs_inode& inode, kiocb& iocb, iov_iter& from) {
  switch (inode.fs_info.fixes.direct_write_path) {
    case DirectWritePath::iomap: return iomap_direct_write(inode, iocb, from);
    case DirectWritePath::generic: return generic_file_direct_write(inode, iocb, from);
  }
  return -EINVAL;
}

}  // namespace

s64 btrfs_direct_write(kiocb& iocb, iov_iter& from) {
  sim::Frame frame("btrfs_direct_write");
  auto& inode = static_cast<btrfs_inode&>(iocb.ki_inode);
  inode.i_rwsem.down_write();
  s64 written = 0;
  if (is_aligned(iocb, from) && !must_fall_back(inode)) {
    written = write_direct(inode, iocb, from);
    if (written == -ENOTBLK) written = 0;
  }
  if (written >= 0 && from.count != 0) written = write_rest_buffered(inode, iocb, from, written);
  inode.i_rwsem.up_write();
  return written;
}

int lock_extent_direct(btrfs_inode& inode, ByteRange range) {
  sim::Frame frame("lock_extent_direct");
  while (true) {
    lock_extent(inode.io_tree, range);
    btrfs_ordered_extent* ordered = mutant(Mutant::ordered_not_looked_up_in_direct)
                                        ? nullptr
                                        : btrfs_lookup_ordered_range(inode, range);
    if (ordered == nullptr && !filemap_range_has_page(inode.i_data, range)) return 0;
    unlock_extent(inode.io_tree, range);
    if (ordered == nullptr) return -ENOTBLK;
    btrfs_start_ordered_extent(*ordered);
  }
}

dio_mapping btrfs_get_blocks_direct_write(btrfs_inode& inode, ByteRange range) {
  sim::Frame frame("btrfs_get_blocks_direct_write");
  const extent_map extent = btrfs_get_extent(inode, range.start, range.end);
  dio_mapping mapping;
  if (inode.nodatacow && !extent.hole) {
    mapping.range = extent.range;
    mapping.ordered = &btrfs_alloc_ordered_extent(inode, extent.range, extent.disk,
                                                  BTRFS_ORDERED_NOCOW | BTRFS_ORDERED_DIRECT);
  } else {
    mapping.range = inode.nodatacow ? extent.range : range;
    const u64 disk = btrfs_reserve_extent(inode.fs_info, mapping.range.size());
    mapping.ordered = &btrfs_alloc_ordered_extent(inode, mapping.range, disk,
                                                  BTRFS_ORDERED_REGULAR | BTRFS_ORDERED_DIRECT);
  }
  return mapping;
}

dio_completion::dio_completion(const char* file_name)
    : work("direct IO"),
      ref({"dio->ref", file_name}, sim::kWatchAll, 1),
      error({"dio->error", file_name}, sim::kWatchAll, 0),
      waiter({"dio->waiter", file_name}) {}

namespace {

/// One reference less; the last bio wakes the submitter.
void end_dio_bio(dio_completion& dio, int error) {
  if (error != 0) dio.error.compare_exchange(0, error);
  if (dio.ref.update([](u32 ref) { return ref - 1; }) != 1) return;
  if (!mutant(Mutant::no_direct_wakeup)) dio.waiter.wake_up_all();
}

}  // namespace

void submit_dio_bios(btrfs_inode& inode, const dio_mapping& mapping, const iov_iter& from,
                     dio_completion& dio) {
  sim::Frame frame("btrfs_submit_direct");
  sim::Execution& execution = sim::current();
  const u64 largest = inode.fs_info.params.bio_pages * kPageSize;
  btrfs_ordered_extent& ordered = *mapping.ordered;
  for (u64 at = mapping.range.start; at < mapping.range.end; at += largest) {
    const ByteRange part{at, std::min(mapping.range.end, at + largest)};
    bio& sent = execution.make<bio>(&execution.arena());
    sent.file_offset = part.start;
    sent.disk = ordered.disk_bytenr + (part.start - ordered.range.start);
    for (u64 sector = part.start; sector < part.end; sector += kPageSize)
      sent.contents.push_back(content_after(kZeros, from.source, sector, mapping.range));
    dio.ref.update([](u32 ref) { return ref + 1; });
    const sim::TaskId completion =
        inode.fs_info.device.submit_bio(sent, [&ordered, &dio, part](bio& ended) {
          sim::Frame end("btrfs_dio_end_io");
          const bool uptodate = ended.status == 0 || mutant(Mutant::direct_error_ignored);
          btrfs_finish_ordered_extent(ordered, nullptr, part, uptodate);
          end_dio_bio(dio, ended.status);
          dio.work.discharge(sim::current().running_id(), part.size());
        });
    ordered.work.hand(execution.running_id(), completion, part.size());
    dio.work.owe(completion, part.size());
    effect("direct bio for {} submitted", part);
    sim::at<"btrfs_submit_direct:submitted">();
  }
}

int wait_for_dio(dio_completion& dio) {
  if (dio.ref.update([](u32 ref) { return ref - 1; }) != 1) {
    dio.waiter.wait_event(
        dio.ref, [](u32 ref) { return ref == 0; }, &dio.work);
  }
  return dio.error.read_once();
}

}  // namespace kernel::btrfs

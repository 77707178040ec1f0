/// fs/ext4/file.c and fs/iomap/direct-io.c: direct reads and writes. A write inside allocated
/// blocks shares i_rwsem with others of its kind. It writes dirty folios of its range back and
/// drops them first, and drops clean ones again at its end; faults and reads may put new ones there
/// in between.
#include "core/ext4/direct_io.hpp"

#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/map_blocks.hpp"
#include "core/ext4/page_io.hpp"
#include "core/kernel/errno.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "sim/sync/completion.hpp"

namespace kernel::ext4 {
namespace {

/// struct iomap_dio: who drops the last reference wakes the submitter.
struct iomap_dio {
  explicit iomap_dio(const char* file_name)
      : work("direct IO"),
        ref({"dio->ref", file_name}, 0, 1),
        done({"dio->done", file_name}, &work) {}

  sim::Obligation work;
  sim::Marked<u32> ref;
  sim::completion done;
};

void put(iomap_dio& dio) {
  if (dio.ref.update([](u32 count) { return count - 1; }) == 1) dio.done.complete();
}

void dio_begin(ext4_inode_info& inode) {
  inode.i_dio_count.update([](u32 count) { return count + 1; });
}

void dio_end(ext4_inode_info& inode) {
  if (mutant(Mutant::direct_io_not_uncounted)) return;
  const u32 before = inode.i_dio_count.update([](u32 count) { return count - 1; });
  if (before == 1) inode.i_dio_wait.wake_up_all();
}

ByteRange blocks_of(ByteRange range) {
  const ByteRange whole = sectors_around(range);
  return {whole.start >> kPageShift, whole.end >> kPageShift};
}

/// ext4_iomap_begin for a write: blocks for [lblk, +len), unwritten inside the file. Neither folio
/// lock nor invalidate lock is held. Blocks mapped, or a negative errno.
s64 map_for_write(ext4_inode_info& inode, ext4_map_blocks_t& map) {
  sim::Frame frame("ext4_iomap_begin");
  const u64 wanted = map.m_len;
  const u64 size = inode.i_size.read_once();
  if (bytes_of(map.m_lblk, map.m_len).end <= round_up(size, kPageSize)) {
    const s64 mapped = ext4_map_blocks(inode, map, 0);
    if (mapped > 0 && (map.m_flags & EXT4_MAP_MAPPED) != 0) return mapped;
    map.m_len = wanted;
  }
  const bool beyond = (map.m_lblk << kPageShift) >= size;
  ext4_journal_start(inode.sb);
  const s64 mapped =
      ext4_map_blocks(inode, map, beyond ? EXT4_GET_BLOCKS_CREATE : EXT4_GET_BLOCKS_IO_CREATE_EXT);
  ext4_journal_stop(inode.sb);
  sim::at<"ext4_iomap_begin:allocated">();
  return mapped == 0 ? -ENOSPC : mapped;
}

void submit(ext4_inode_info& inode, iomap_dio& dio, const ext4_map_blocks_t& map,
            const iov_iter& from, ByteRange range) {
  sim::Execution& execution = sim::current();
  bio& sent = execution.make<bio>(&execution.arena());
  sent.file_offset = map.m_lblk << kPageShift;
  sent.disk = map.m_pblk << kPageShift;
  for (u64 i = 0; i < map.m_len; ++i)
    sent.contents.push_back(
        content_after(kZeros, from.source, (map.m_lblk + i) << kPageShift, range));
  dio.work.owe(execution.running_id(), 1);
  dio.ref.update([](u32 count) { return count + 1; });
  const sim::TaskId completion = inode.sb.device.submit_bio(sent, [&inode, &dio](const bio& done) {
    note_data_on_disk(inode.sb, done);
    put(dio);
    dio.work.discharge(sim::current().running_id(), 1);
  });
  dio.work.hand(execution.running_id(), completion, 1);
}

/// __iomap_dio_rw for a write. Bytes written, -ENOTBLK where folios will not go, or an error.
s64 dio_write(ext4_inode_info& inode, const iov_iter& from, ByteRange range) {
  sim::Frame frame("iomap_dio_rw");
  int error = filemap_write_and_wait_range(inode.i_data, range);
  if (error == 0 && invalidate_inode_pages2_range(inode.i_data, range) != 0) error = -ENOTBLK;
  if (error != 0) return error;
  sim::at<"iomap_dio_rw:pages_invalidated">();
  dio_begin(inode);
  auto& dio = sim::current().make<iomap_dio>(inode.name);
  const ByteRange blocks = blocks_of(range);
  ext4_lblk_t next = blocks.start;
  while (next < blocks.end) {
    ext4_map_blocks_t map{next, blocks.end - next};
    const s64 mapped = map_for_write(inode, map);
    if (mapped < 0) {
      error = static_cast<int>(mapped);
      break;
    }
    submit(inode, dio, map, from, range);
    next += map.m_len;
  }
  put(dio);
  dio.done.wait_for_completion();
  if (next != blocks.start && !mutant(Mutant::no_conversion_after_direct_write))
    ext4_convert_unwritten_extents(inode, blocks.start, next - blocks.start);
  // dio_warn_stale_pagecache. A fault put a folio there and dirtied it: it will be written over
  // what has just been written directly.
  if (invalidate_inode_pages2_range(inode.i_data, range) != 0)
    warn("dio_warn_stale_pagecache",
         "Page cache invalidation failure on direct I/O.  Possible data corruption due to "
         "collision with buffered I/O!");
  dio_end(inode);
  const u64 end = std::min(range.end, next << kPageShift);
  return end > range.start ? static_cast<s64>(end - range.start) : error;
}

/// ext4_overwrite_io: has all of the range blocks?
bool overwrites(ext4_inode_info& inode, ByteRange range) {
  const ByteRange blocks = blocks_of(range);
  ext4_map_blocks_t map{blocks.start, blocks.size()};
  return ext4_map_blocks(inode, map, 0) == static_cast<s64>(blocks.size());
}

/// ext4_handle_inode_extension. i_rwsem held exclusively.
void extend(ext4_inode_info& inode, u64 end) {
  ext4_journal_start(inode.sb);
  if (end > inode.i_size.read_under(inode.i_rwsem)) inode.i_size.write_once(end);
  inode.i_data_sem.down_write();
  set_i_disksize(inode, std::max(inode.i_disksize.read_under(inode.i_data_sem), end));
  inode.i_data_sem.up_write();
  ext4_journal_stop(inode.sb);
}

}  // namespace

void inode_dio_wait(ext4_inode_info& inode) {
  inode.i_dio_wait.wait_event(inode.i_dio_count, [](u32 count) { return count == 0; });
}

s64 ext4_dio_write_iter(ext4_inode_info& inode, kiocb& iocb, iov_iter& from) {
  sim::Frame frame("ext4_dio_write_iter");
  const ByteRange range = range_of(iocb.ki_pos, from.count);
  inode.i_rwsem.down_read();
  bool extends = range.end > inode.i_size.read_under(inode.i_rwsem);
  const bool shared = !extends && overwrites(inode, range);
  if (!shared) {
    inode.i_rwsem.up_read();
    inode.i_rwsem.down_write();
    extends = range.end > inode.i_size.read_under(inode.i_rwsem);
    if (!extends) overwrites(inode, range);  // for its answer it is too late, it caches what it saw
  }
  sim::at<"ext4_dio_write_iter:locked">();
  const s64 written = dio_write(inode, from, range);
  if (extends && written > 0) extend(inode, range.start + static_cast<u64>(written));
  if (shared) {
    inode.i_rwsem.up_read();
  } else {
    inode.i_rwsem.up_write();
  }
  return written;
}

s64 ext4_dio_read_iter(ext4_inode_info& inode, ByteRange range) {
  sim::Frame frame("ext4_dio_read_iter");
  inode.i_rwsem.down_read();
  const u64 size = inode.i_size.read_once();
  range.end = std::min(range.end, std::max(size, range.start));
  filemap_write_and_wait_range(inode.i_data, range);
  dio_begin(inode);
  const ByteRange blocks = blocks_of(range);
  for (ext4_lblk_t next = blocks.start; next < blocks.end;) {
    ext4_map_blocks_t map{next, blocks.end - next};
    ext4_map_blocks(inode, map, 0);
    const bool on_disk = (map.m_flags & EXT4_MAP_MAPPED) != 0;
    for (u64 i = 0; on_disk && i < map.m_len; ++i)
      inode.sb.device.read_sector((map.m_pblk + i) << kPageShift);
    next += map.m_len;
  }
  dio_end(inode);
  inode.i_rwsem.up_read();
  return static_cast<s64>(range.size());
}

}  // namespace kernel::ext4

#include "core/scenario/ext4_filesystem.hpp"

#include "core/ext4/check.hpp"
#include "core/ext4/ext4_sb.hpp"
#include "core/ext4/extents.hpp"
#include "core/ext4/extents_status.hpp"

namespace scenario {
namespace {

using namespace kernel::ext4;

/// Sums over all files; extent status and disk in blocks.
constexpr const char* kCounters[] = {"resv",         "dirty",        "free",           "quota_cur",
                                     "quota_rsv",    "es_hole",      "es_delayed",     "es_written",
                                     "es_unwritten", "disk_written", "disk_unwritten", "pending"};
constexpr std::uint64_t kFirstInode = 12;  ///< behind lost+found
/// Holes are counted inside the file only.
constexpr std::uint64_t kPage = kernel::kPageSize;

class MountedExt4 final : public MountedFileSystem {
 public:
  MountedExt4(sim::Execution& execution, const FileSystem& description, const Fixes& fixes)
      : execution_(execution), sb_(operations_, parameters(description), fixes) {
    watch_filesystem(execution, sb_);
  }

  kernel::file_operations& file_operations() override { return operations_; }
  kernel::super_operations& super_operations() override { return operations_; }

  kernel::inode& create_file(const char* name) override {
    auto& inode = execution_.make<ext4_inode_info>(sb_, kFirstInode + sb_.inodes.size(), name);
    sb_.inodes.push_back(&inode);
    watch_file(execution_, inode);
    return inode;
  }

  void shrink_extent_status(kernel::inode& inode, kernel::ByteRange range) override {
    const kernel::ByteRange whole = kernel::sectors_around(range);
    es_reclaim_extents(EXT4_I(inode), whole.start / kPage, std::min(whole.end / kPage, kMaxBlocks));
  }

  void commit() override { ext4_commit_transaction(sb_); }
  void drain() override {
    for (ext4_inode_info* inode : sb_.inodes)
      kernel::filemap_fdatawait_range(inode->i_data, kernel::kWholeFile);
  }
  void check_at_rest() const override { kernel::ext4::check_at_rest(execution_, sb_); }

  kernel::Content content(kernel::inode& inode, std::uint64_t sector) const override {
    const auto& pages = inode.i_data.i_pages.peek();
    const auto page = pages.find(sector / kPage);
    if (page != pages.end() && page->second->uptodate.peek()) return page->second->content.peek();
    const auto run = EXT4_I(inode).extents.peek().find(sector / kPage);
    if (!run || run->value.unwritten) return kernel::kZeros;
    return sb_.device.peek(run->value.advanced(sector / kPage - run->start).pblk * kPage);
  }

  std::vector<BlockRun> block_runs(const kernel::inode& file) const override {
    const auto& inode = static_cast<const ext4_inode_info&>(file);
    std::vector<BlockRun> runs;
    inode.extents.peek().for_each(0, kMaxBlocks, [&](const ExtentTree::Run& run) {
      runs.push_back({run.start, run.end - run.start, run.value.unwritten ? 'U' : 'W'});
    });
    inode.i_es_tree.peek().for_each(0, kMaxBlocks, [&](const EsTree::Run& run) {
      if (run.value.is_delonly()) runs.push_back({run.start, run.end - run.start, 'D'});
    });
    std::sort(runs.begin(), runs.end(),
              [](const BlockRun& a, const BlockRun& b) { return a.first < b.first; });
    return runs;
  }

  void counters(std::span<std::int64_t> values) const override {
    std::int64_t now[std::size(kCounters)] = {0, sb_.s_dirtyclusters_counter.peek(),
                                              sb_.s_freeclusters_counter.peek(),
                                              sb_.quota.curspace.peek(), sb_.quota.rsvspace.peek()};
    for (const ext4_inode_info* inode : sb_.inodes) {
      now[0] += static_cast<std::int64_t>(inode->i_reserved_data_blocks.peek());
      const auto size = kernel::round_up(inode->i_size.peek(), kPage) / kPage;
      inode->i_es_tree.peek().for_each(0, kMaxBlocks, [&](const EsTree::Run& run) {
        const std::size_t slot = run.value.is_hole()      ? 5
                                 : run.value.is_delonly() ? 6
                                 : run.value.is_written() ? 7
                                                          : 8;
        const auto end = run.value.is_hole() ? std::min(run.end, size) : run.end;
        if (end > run.start) now[slot] += static_cast<std::int64_t>(end - run.start);
      });
      inode->extents.peek().for_each(0, kMaxBlocks, [&](const ExtentTree::Run& run) {
        now[run.value.unwritten ? 10 : 9] += static_cast<std::int64_t>(run.end - run.start);
      });
      now[11] += static_cast<std::int64_t>(inode->i_pending_tree.peek().size());
    }
    std::copy(std::begin(now), std::end(now), values.begin());
  }

 private:
  static Parameters parameters(const FileSystem& description) {
    Parameters chosen;
    chosen.cluster_ratio = description.number("cluster", kPage) / kPage;
    static_assert(Parameters{}.clusters * kPage == kExt4Bytes);
    chosen.clusters = description.number("size", kExt4Bytes) / kPage / chosen.cluster_ratio;
    chosen.bio_pages = description.number("bio_pages", chosen.bio_pages);
    chosen.dioread_nolock = description.flag("dioread_nolock", chosen.dioread_nolock);
    return chosen;
  }

  sim::Execution& execution_;
  Operations operations_;
  ext4_sb_info sb_;
};

FileSystemKind describe_ext4() {
  FileSystemKind kind;
  kind.name = "ext4";
  describe_register(kind, fixes(), eras());
  kind.verbs = {Verb::open,     Verb::file,      Verb::close,   Verb::pwrite,    Verb::mmap,
                Verb::munmap,   Verb::mwrite,    Verb::mread,   Verb::falloc,    Verb::fsync,
                Verb::pread,    Verb::fpunch,    Verb::fzero,   Verb::fdatasync, Verb::sync,
                Verb::syncfs,   Verb::writeback, Verb::reclaim, Verb::es_shrink, Verb::commit,
                Verb::truncate, Verb::evict,     Verb::umount,  Verb::drain};
  kind.spawned_tasks = {"bio", "kworker/ext4-rsv-conversion"};
  kind.invariants = kernel::ext4::invariants();
  kind.counters = kCounters;
  return kind;
}

}  // namespace

const FileSystemKind& ext4_kind() {
  static const FileSystemKind kind = describe_ext4();
  return kind;
}

MountedFileSystem& mount_ext4(sim::Execution& execution, const FileSystem& description,
                              const FixSelection& selection) {
  return execution.make<MountedExt4>(execution, description, chosen_fixes(fixes(), selection));
}

}  // namespace scenario

#include "core/scenario/btrfs_filesystem.hpp"

#include <algorithm>

#include "core/btrfs/check.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/btrfs/ordered_data.hpp"

namespace scenario {
namespace {

using namespace kernel::btrfs;

constexpr const char* kCounters[] = {"rsv_data", "bits",     "ordered", "records",
                                     "may_use",  "reserved", "used",    "referenced"};
constexpr std::uint64_t kFirstInode = 257;

class MountedBtrfs final : public MountedFileSystem {
 public:
  MountedBtrfs(sim::Execution& execution, const FileSystem& description, const Fixes& fixes)
      : execution_(execution),
        nodatacow_(description.flag("nodatacow", false)),
        nodatasum_(description.flag("nodatasum", false)),
        info_(operations_, parameters(description), fixes) {
    watch_invariants(execution, info_);
  }

  kernel::file_operations& file_operations() override { return operations_; }
  kernel::super_operations& super_operations() override { return operations_; }

  kernel::inode& create_file(const char* name) override {
    auto& inode = execution_.make<btrfs_inode>(info_, kFirstInode + info_.inodes.size(), name);
    inode.nodatacow = nodatacow_;
    inode.nodatasum = nodatasum_ || nodatacow_;
    info_.inodes.push_back(&inode);
    watch_page_cache(execution_, inode);
    return inode;
  }

  void set_nodatacow(kernel::inode& inode) override {
    static_cast<btrfs_inode&>(inode).nodatacow = true;
    static_cast<btrfs_inode&>(inode).nodatasum = true;
  }

  void set_limit(std::uint64_t bytes) override {
    sim::spin_guard guard(info_.qgroup.qgroup_lock);
    info_.qgroup.max_rfer.write() = bytes;
  }

  void commit() override { btrfs_commit_transaction(info_); }
  void drain() override { btrfs_wait_ordered_roots(info_); }
  void check_at_rest() const override { kernel::btrfs::check_at_rest(execution_, info_); }

  kernel::Content content(kernel::inode& inode, std::uint64_t sector) const override {
    const auto& pages = inode.i_data.i_pages.peek();
    const auto page = pages.find(sector >> kernel::kPageShift);
    if (page != pages.end()) return page->second->content.peek();
    const auto& items = static_cast<btrfs_inode&>(inode).file_extents.peek();
    auto next = items.upper_bound(sector);
    if (next == items.begin()) return kernel::kZeros;
    const auto item = std::prev(next);
    if (sector >= item->first + item->second.num_bytes) return kernel::kZeros;
    return info_.device.peek(item->second.disk + (sector - item->first));
  }

  void counters(std::span<std::int64_t> values) const override {
    const QgroupHomes homes = qgroup_homes(info_);
    const auto& space = info_.data_sinfo;
    const std::int64_t now[] = {homes.counter,
                                homes.bits,
                                homes.ordered,
                                homes.records,
                                static_cast<std::int64_t>(space.bytes_may_use.peek()),
                                static_cast<std::int64_t>(space.bytes_reserved.peek()),
                                static_cast<std::int64_t>(space.bytes_used.peek()),
                                static_cast<std::int64_t>(info_.qgroup.rfer.peek())};
    std::copy(std::begin(now), std::end(now), values.begin());
  }

 private:
  static Parameters parameters(const FileSystem& description) {
    Parameters chosen;
    chosen.data_total = description.number("size", chosen.data_total);
    chosen.qgroup_limit = description.number("limit", chosen.qgroup_limit);
    chosen.reserve_chunk = description.number("reserve_chunk", chosen.reserve_chunk);
    chosen.bio_pages = description.number("bio_pages", chosen.bio_pages);
    chosen.bio_errors = description.flag("bio_errors", chosen.bio_errors);
    return chosen;
  }

  sim::Execution& execution_;
  bool nodatacow_;
  bool nodatasum_;
  Operations operations_;
  btrfs_fs_info info_;
};

FileSystemKind describe_btrfs() {
  FileSystemKind kind;
  kind.name = "btrfs";
  describe_register(kind, fixes(), eras());
  kind.verbs = {Verb::open,    Verb::file,      Verb::close,  Verb::pwrite, Verb::truncate,
                Verb::fsync,   Verb::fdatasync, Verb::sync,   Verb::syncfs, Verb::writeback,
                Verb::reclaim, Verb::commit,    Verb::chattr, Verb::limit,  Verb::evict,
                Verb::umount,  Verb::drain};
  kind.spawned_tasks = {"bio", "kworker/endio-write"};
  kind.invariants = kernel::btrfs::invariants();
  kind.step_checks = kernel::btrfs::kStepChecks;
  kind.counters = kCounters;
  return kind;
}

}  // namespace

const FileSystemKind& btrfs_kind() {
  static const FileSystemKind kind = describe_btrfs();
  return kind;
}

MountedFileSystem& mount_btrfs(sim::Execution& execution, const FileSystem& description,
                               const FixSelection& selection) {
  return execution.make<MountedBtrfs>(execution, description, chosen_fixes(fixes(), selection));
}

}  // namespace scenario

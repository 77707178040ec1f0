#include "core/btrfs/transaction.hpp"

#include <algorithm>

#include "core/btrfs/check.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/kernel/mutant.hpp"
#include "core/kernel/printk.hpp"
#include "core/kernel/section.hpp"

namespace kernel::btrfs {

btrfs_transaction::btrfs_transaction()
    : num_writers({"btrfs_trans_num_writers"}),
      delayed_refs_lock({"delayed_refs->lock"}),
      records(delayed_refs_lock, "qgroup extent records", kTransactionState,
              &sim::current().arena()) {}

void btrfs_join_transaction(btrfs_fs_info& info) { info.transaction.num_writers.down_read(); }

void btrfs_end_transaction(btrfs_fs_info& info) { info.transaction.num_writers.up_read(); }

void btrfs_add_delayed_data_ref(btrfs_fs_info& info, u64 disk, u64 bytes, u64 reserved) {
  btrfs_transaction& transaction = info.transaction;
  if (!transaction.num_writers.held_by(sim::current().running_id(), false))
    sim::current().report(sim::FindingKind::invariant, kTransactionJoined.name,
                          "a delayed ref is added by a task that has not joined the transaction");
  spin_guard_unless guard(Mutant::no_delayed_refs_lock, transaction.delayed_refs_lock, kAdds);
  auto& records = transaction.records.write();
  const auto after = std::find_if(
      records.begin(), records.end(),
      [disk](const btrfs_qgroup_extent_record& record) { return record.bytenr > disk; });
  records.insert(after, {disk, bytes, reserved});
  info.qgroup.in_transit -= static_cast<s64>(reserved);
}

void btrfs_commit_transaction(btrfs_fs_info& info) {
  sim::Frame frame("btrfs_commit_transaction");
  btrfs_transaction& transaction = info.transaction;
  transaction.num_writers.down_write();
  while (true) {
    btrfs_qgroup_extent_record record{};
    {
      sim::spin_guard guard(transaction.delayed_refs_lock);
      auto& records = transaction.records.write();
      if (records.empty()) break;
      record = records.front();
      records.erase(records.begin());
      info.qgroup.in_transit += static_cast<s64>(record.data_rsv);
      info.data_sinfo_in_transit += static_cast<s64>(record.num_bytes);
    }
    btrfs_space_info_use_reserved(info, record.num_bytes);
    btrfs_qgroup_account_extent(info, record.bytenr, record.num_bytes, record.data_rsv);
  }
  trace("btrfs_transaction_commit", "root=1(ROOT_TREE)");
  transaction.num_writers.up_write();
  effect("transaction committed");
}

}  // namespace kernel::btrfs

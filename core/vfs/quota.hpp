/// fs/quota/dquot.c: space that a user is charged for and space that is promised to him. Unit:
/// blocks. No limit is modelled, so nothing here fails and all of it commutes.
#pragma once

#include "core/vfs/inode.hpp"

namespace kernel {

inline constexpr sim::WatchMask kQuotaState = 1U << 3;

struct dquot {
  dquot();

  sim::spinlock dq_data_lock;
  // Protected by dq_data_lock:
  sim::Guarded<s64, sim::spinlock> curspace;
  sim::Guarded<s64, sim::spinlock> rsvspace;
};

/// What one inode has of it.
struct inode_quota {
  explicit inode_quota(dquot& owner);

  dquot& user;
  // Protected by dq_data_lock:
  sim::Guarded<s64, sim::spinlock> i_blocks;
  sim::Guarded<s64, sim::spinlock> i_reserved_quota;
};

/// Charges `charged` more and promises `reserved` more (either may be negative), in one section.
void dquot_change(inode_quota& quota, s64 charged, s64 reserved);

inline void dquot_alloc_block(inode_quota& quota, s64 blocks) { dquot_change(quota, blocks, 0); }
inline void dquot_free_block(inode_quota& quota, s64 blocks) { dquot_change(quota, -blocks, 0); }
inline void dquot_reserve_block(inode_quota& quota, s64 blocks) { dquot_change(quota, 0, blocks); }
inline void dquot_release_reservation_block(inode_quota& quota, s64 blocks) {
  dquot_change(quota, 0, -blocks);
}
inline void dquot_claim_block(inode_quota& quota, s64 blocks) {
  dquot_change(quota, blocks, -blocks);
}
inline void dquot_reclaim_block(inode_quota& quota, s64 blocks) {
  dquot_change(quota, -blocks, blocks);
}

}  // namespace kernel

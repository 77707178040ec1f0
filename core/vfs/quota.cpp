#include "core/vfs/quota.hpp"

#include "core/kernel/mutant.hpp"
#include "core/kernel/section.hpp"

namespace kernel {

dquot::dquot()
    : dq_data_lock({"dq_data_lock"}),
      curspace(dq_data_lock, "dqb_curspace", kQuotaState, 0),
      rsvspace(dq_data_lock, "dqb_rsvspace", kQuotaState, 0) {}

inode_quota::inode_quota(dquot& owner)
    : user(owner),
      i_blocks(owner.dq_data_lock, "i_blocks", kQuotaState, 0),
      i_reserved_quota(owner.dq_data_lock, "i_reserved_quota", kQuotaState, 0) {}

void dquot_change(inode_quota& quota, s64 charged, s64 reserved) {
  spin_guard_unless guard(Mutant::no_dq_data_lock, quota.user.dq_data_lock, kAdds);
  quota.user.curspace.write() += charged;
  quota.user.rsvspace.write() += reserved;
  quota.i_blocks.write() += charged;
  quota.i_reserved_quota.write() += reserved;
}

}  // namespace kernel

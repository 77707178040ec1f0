#include "core/kernel/errno.hpp"

namespace kernel {

const char* errno_name(int error) {
  switch (error) {
    case EIO: return "EIO";
    case EAGAIN: return "EAGAIN";
    case EFAULT: return "EFAULT";
    case EBUSY: return "EBUSY";
    case EINVAL: return "EINVAL";
    case ENOSPC: return "ENOSPC";
    case ENOTBLK: return "ENOTBLK";
    case EOPNOTSUPP: return "EOPNOTSUPP";
    case EDQUOT: return "EDQUOT";
    default: return "";
  }
}

}  // namespace kernel

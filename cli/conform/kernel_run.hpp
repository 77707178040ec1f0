/// A serial workload on the running kernel, recorded.
#pragma once

#include <string>

#include "cli/conform/recording.hpp"
#include "cli/conform/workload.hpp"

namespace conform {

struct KernelRun {
  enum class Outcome { recorded, skipped, failed };
  Outcome outcome = Outcome::failed;
  std::string reason;   ///< why it was skipped or failed, one sentence without the final full stop
  std::string text;     ///< ftrace text of this file system alone; btrfs: its id is `FSID`
  Recording recording;  ///< `text`, parsed
};

/// Runs `workload` on a real file system (root only) and records it. The first marker is `start`;
/// an operation that fails has ` = EDQUOT` behind its marker, a short one ` = 20480`.
///
/// Everything happens in a child process in a mount namespace of its own: when it ends, in whatever
/// way, the kernel unmounts and detaches what it made. Interrupts that kill the caller let the
/// child (less than a second) finish and clean up. Afterwards there is no mount, loop device, image
/// or directory left, and no tracefs instance either; one of a child that was killed goes with the
/// next run.
KernelRun run_on_kernel(const KernelWorkload& workload);

}  // namespace conform

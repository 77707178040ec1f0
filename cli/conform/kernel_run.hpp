/// A serial workload on the running kernel, recorded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/conform/recording.hpp"

namespace conform {

enum class OperationKind { creat, write, dwrite, fsync, sync, umount };

/// One operation on the file f0. Each opens the file, works and closes it again, as fsstress does.
struct KernelOperation {
  OperationKind kind;
  std::uint64_t offset = 0;  ///< bytes; write and dwrite only
  std::uint64_t length = 0;  ///< bytes; write and dwrite only

  /// `write f0 [600030,27288]`, `fsync`: what the marker in the recording says.
  std::string marker() const;
};

/// Which of the two kinds of btrfs file: with data checksums, or nodatacow (thus without).
enum class FileVariant { datasum, nodatacow };

struct KernelWorkload {
  FileVariant variant = FileVariant::nodatacow;
  std::vector<KernelOperation> operations;
  std::optional<std::uint64_t> qgroup_limit;  ///< max_rfer of qgroup 0/5 in bytes
};

/// creat f0; write [600030,27288]; dwrite [610304,106496]; fsync; sync: the two writes of
/// seeds/000.
KernelWorkload seed_000_workload(FileVariant variant);

struct KernelRun {
  enum class Outcome { recorded, skipped, failed };
  Outcome outcome = Outcome::failed;
  std::string reason;   ///< why it was skipped or failed, one sentence without the final full stop
  std::string text;     ///< ftrace text of this file system alone, its id replaced by `FSID`
  Recording recording;  ///< `text`, parsed
};

/// Runs `workload` on a real btrfs (root only) and records it. The first marker is `start`; an
/// operation that fails has ` = EDQUOT` behind its marker, a short one ` = 20480`.
///
/// Everything happens in a child process in a mount namespace of its own: when it ends, in whatever
/// way, the kernel unmounts and detaches what it made. Interrupts that kill the caller let the
/// child (less than a second) finish and clean up. Afterwards there is no mount, loop device, image
/// or directory left, and no tracefs instance either; one of a child that was killed goes with the
/// next run.
KernelRun run_on_kernel(const KernelWorkload& workload);

/// Keeps the markers and the events of one file system. `device`: MAJOR:MINOR, as iomap events
/// print it.
std::string filter_trace(const std::string& trace, const std::string& fsid,
                         const std::string& device);

}  // namespace conform

/// A serial workload on one file, for the kernel and for the model.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace conform {

/// Bytes of a block of the images.
inline constexpr std::uint64_t kBlock = 4096;

enum class OperationKind {
  creat,
  write,
  dwrite,
  mwrite,
  falloc,
  fpunch,
  fzero,
  truncate,
  fsync,
  sync,
  umount,
};

/// One operation on the file f0. Each opens the file, works and closes it again, as fsstress does.
struct KernelOperation {
  OperationKind kind;
  std::uint64_t offset = 0;  ///< bytes; of what works on a range. The size that truncate leaves
  std::uint64_t length = 0;  ///< bytes

  bool has_range() const;
  /// `write f0 [600030,27288]`, `fsync`: what the marker in the recording says.
  std::string marker() const;
};

/// On what: a btrfs file without data checksums (nodatacow) or with them; an ext4 with clusters of
/// one block or, bigalloc, of four.
enum class Target { nodatacow, datasum, ext4, ext4_bigalloc };

std::span<const Target> targets();
std::string_view name_of(Target target);
bool is_ext4(Target target);

inline constexpr std::uint64_t kBigallocBlocks = 4;  ///< blocks of a cluster

struct KernelWorkload {
  Target target = Target::nodatacow;
  std::vector<KernelOperation> operations;
  std::optional<std::uint64_t> qgroup_limit;  ///< max_rfer of qgroup 0/5 in bytes; btrfs
};

/// On btrfs: creat f0; write [600030,27288]; dwrite [610304,106496]; fsync; sync: the two writes of
/// seeds/000. On ext4: every operation that delays, allocates, converts or removes blocks, beside
/// others of its cluster. Writes begin where no large folio fits, since the model has none.
KernelWorkload workload_of(Target target);

}  // namespace conform

/// A modelled filesystem as scenarios see it: what every filesystem of the core offers to the
/// scenario world. One implementation per filesystem; nothing else above core/btrfs and core/ext4
/// knows which one it serves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/kernel/fix_register.hpp"
#include "core/scenario/scenario.hpp"
#include "core/vfs/operations.hpp"
#include "sim/execution.hpp"

namespace scenario {

/// One row of a filesystem's register of fixes.
struct FixRow {
  std::string_view hash;
  std::string_view subject;
  std::string_view name;                       ///< of the decision point
  std::span<const std::string_view> variants;  ///< the first is today
  std::size_t reverted;                        ///< the variant before the commit
};

struct EraRow {
  std::string_view name;
  std::string_view what;
  std::vector<std::size_t> variants;  ///< one per row of the register
};

/// Variants picked for one run: one per row of the register.
using FixSelection = std::vector<std::size_t>;

/// What of a filesystem is known without mounting it.
struct FileSystemKind {
  std::string_view name;
  std::vector<FixRow> fixes;
  std::vector<EraRow> eras;
  std::vector<Verb> verbs;  ///< those that it models
  std::vector<std::string> spawned_tasks;
  std::span<const sim::Invariant> invariants;
  std::span<const sim::StepCheck> step_checks;
  std::span<const char* const> counters;
};

/// Fills in a kind's register of fixes and eras.
template <class Fixes>
void describe_register(FileSystemKind& kind, std::span<const kernel::FixRow<Fixes>> fixes,
                       std::span<const kernel::EraRow<Fixes>> eras) {
  for (const auto& fix : fixes) {
    const auto reverted = std::find(fix.variants.begin(), fix.variants.end(), fix.reverted);
    kind.fixes.push_back({fix.hash, fix.subject, fix.name, fix.variants,
                          static_cast<std::size_t>(reverted - fix.variants.begin())});
  }
  for (const auto& era : eras) {
    EraRow row{era.name, era.what, {}};
    for (const auto& fix : fixes) row.variants.push_back(fix.get(era.fixes));
    kind.eras.push_back(std::move(row));
  }
}

/// The variants that a selection names.
template <class Fixes>
Fixes chosen_fixes(std::span<const kernel::FixRow<Fixes>> fixes, const FixSelection& selection) {
  Fixes chosen;
  for (std::size_t i = 0; i < fixes.size(); ++i) fixes[i].set(chosen, selection[i]);
  return chosen;
}

/// Blocks [first, first + count) of a file, as FIEMAP names them.
struct BlockRun {
  std::uint64_t first;
  std::uint64_t count;
  char state;  ///< `W`ritten, `U`nwritten, `D`elayed
};

/// A mounted filesystem of one execution.
class MountedFileSystem {
 public:
  virtual ~MountedFileSystem() = default;

  virtual kernel::file_operations& file_operations() = 0;
  virtual kernel::super_operations& super_operations() = 0;
  /// A new empty file; `name` must outlive the execution.
  virtual kernel::inode& create_file(const char* name) = 0;
  // Each of these is called only where FileSystemKind::verbs has its verb.
  virtual void set_nodatacow(kernel::inode&) {}
  virtual void set_limit(std::uint64_t) {}
  virtual void shrink_extent_status(kernel::inode&, kernel::ByteRange) {}
  virtual void commit() = 0;
  virtual void drain() = 0;
  /// Reports what must not be left when nothing runs any more.
  virtual void check_at_rest() const = 0;

  /// What the sector at byte `sector` of the file reads as now: page cache first, then disk.
  virtual kernel::Content content(kernel::inode& inode, std::uint64_t sector) const = 0;
  /// What stands where in a file, in ascending order. Modelled on ext4.
  virtual std::vector<BlockRun> block_runs(const kernel::inode&) const { return {}; }
  /// One value for each of FileSystemKind::counters.
  virtual void counters(std::span<std::int64_t> values) const = 0;
};

/// Every filesystem that is modelled.
std::vector<const FileSystemKind*> filesystem_kinds();

/// nullptr where it is not modelled (yet).
const FileSystemKind* find_filesystem_kind(std::string_view type);

/// Of a filesystem that is modelled.
const FileSystemKind& filesystem_kind(std::string_view type);

/// Mounts a fresh filesystem in the running execution. It lives in the execution's arena.
MountedFileSystem& mount_filesystem(sim::Execution& execution, const FileSystem& description,
                                    const FixSelection& fixes);

}  // namespace scenario

/// Compares a recording of the kernel with one of the model, and says where they differ.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/conform/recording.hpp"

namespace conform {

/// One tracepoint that the model emits: which of its events count, and what of them is compared.
struct ModelledEvent {
  std::string_view name;
  std::string_view only_key;    ///< the event counts where this field...
  std::string_view only_value;  ///< ...has this value; both empty: always
  std::vector<std::string_view> fields;
};

/// The table of everything that is compared. Inode numbers, transaction numbers, devices and
/// addresses in memory are no fields of it. Disk addresses (`start` of an ordered extent or of an
/// allocation, `bytenr`) are compared relative to the first data allocation of their recording.
const std::vector<ModelledEvent>& modelled_events();

/// Where the two recordings differ, in the words of the report.
struct Difference {
  std::string where;   ///< operation and lane: `dwrite f0 [610304,106496], task`
  std::string what;    ///< one sentence
  std::string kernel;  ///< what the kernel did there
  std::string model;   ///< what the model did there
};

struct Comparison {
  std::vector<Difference> differences;  ///< in the order of the operations; empty: equal
  std::size_t counters = 0;             ///< operations whose counters were compared
  std::size_t events = 0;               ///< events compared (of the kernel's side)
  std::size_t metadata_events = 0;      ///< events of metadata, on the kernel's side: not modelled
  std::size_t other_events = 0;  ///< events that no row of the table names, on the kernel's side
  std::size_t fields_not_recorded =
      0;  ///< fields of the model that the kernel's line lacks (cut lines)

  bool equal() const { return differences.empty(); }
};

/// Compares a recording of the kernel with one of the model.
///
/// - Operations: the same markers in the same order, the same counters after each.
/// - Order: each event belongs to a lane. `task` is what the task of the operation itself did:
/// compared event by
///   event within each operation. `completion` is btrfs_finish_ordered_extent, _mark_finished and
///   _remove: one lane for each file offset, over the whole recording, because any context may run
///   them, and an ordered extent may be removed when the system call has returned already; on ext4
///   what kworkers do (unwritten extents are converted): one lane for each block. `worker` is what
///   is left (writeback by a flusher): one lane over the whole recording.
/// - Between lanes nothing is compared event by event, since the kernel itself varies there from
/// run to run; but
///   these must hold in both recordings: an ordered extent is added before it finishes; it is
///   removed before another is added at an offset that it covers; those added within a direct write
///   finish before iomap_dio_complete. What writeback left unwritten is converted before fsync
///   ends.
///
/// A field that the kernel's event lacks is counted and not compared; one that the model's lacks
/// differs.
Comparison compare(const Recording& kernel, const Recording& model);

/// The report: what was compared, then the first difference with both sides, then the others in a
/// line each. Ends with a line feed.
std::string format_comparison(const Comparison& comparison);

/// The data events that are compared, operation by operation, as `lane: event fields`: a recording
/// made readable.
std::string format_modelled(const Recording& recording);

}  // namespace conform

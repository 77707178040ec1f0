/// What was recorded of one serial workload, by the kernel or by the model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Comparing the model with a running kernel: what was recorded of one serial workload, on either
/// side.
///
/// A recording is a list of operations. Each has the counters that were read after it and the
/// tracepoints that fired since the operation before. It carries no time stamps and no CPU numbers:
/// only order counts.
namespace conform {

/// What is read after each operation, by name. Of btrfs, from sysfs, in bytes: rsv_data and
/// referenced of qgroups/0_5, may_use, reserved and used of allocation/data. Of ext4:
/// delayed_allocation_blocks, from sysfs, in blocks, and the file's extents (format_extents).
using Counters = std::vector<std::pair<std::string, std::string>>;

/// Blocks [first, first + count) of a file.
struct FileExtent {
  std::uint64_t first;
  std::uint64_t count;
  char state;  ///< `W`ritten, `U`nwritten, `D`elayed
};

/// `1+2D,3+2U`: what stands where, in ascending order; `none` without any. Where on the disk makes
/// no difference.
std::string format_extents(const std::vector<FileExtent>& extents);

/// One tracepoint. Fields keep the order in which they were printed, but are looked up by key only,
/// because kernels add, reorder and rename what they print.
struct Event {
  std::string name;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string task;  ///< "COMM-PID" on the kernel side, the task's name on the model's

  /// The value of `key`, or nothing where the event does not carry it.
  std::optional<std::string_view> field(std::string_view key) const;
};

struct Op {
  std::string marker;  ///< as in `write f0 [600030,27288]`; a result follows where it is not full
  std::string task;    ///< who ran the operation (wrote the marker)
  std::optional<Counters> counters;  ///< after the operation; none where they are gone (umount)
  std::vector<Event> events;         ///< since the previous marker, of all tasks, in recorded order
};

struct Recording {
  std::vector<Op> ops;
  std::vector<Event> trailing;    ///< after the last marker
  std::size_t skipped_lines = 0;  ///< lines that are neither comments nor events
};

/// Reads ftrace text (`COMM-PID [CPU] FLAGS TS: EVENT: FIELDS`, as the files `trace` and
/// `trace_pipe` print it and as `trace-cmd report` does, which leaves FLAGS out). COMM may hold
/// blanks, dashes and brackets. Never fails: a line that is not understood is counted in
/// `skipped_lines`.
Recording parse_recording(std::string_view ftrace_text);

/// Reads the printed fields of one event into a key/value bag: `key=value`, `key: value` and `key
/// value` are all one field. The file system's id in front is left out, and so is a last key
/// without a value (a line that was cut).
void parse_fields(std::string_view text, Event& event);

/// Reads a tracepoint's number, decimal or 0x-hexadecimal; nothing where it is not a number as a
/// whole.
std::optional<std::int64_t> parse_number(std::string_view text);

/// `name key=value ...` in one line.
std::string format_event(const Event& event);

/// `rsv_data=0 referenced=16384 may_use=0 reserved=0 used=0`, the form that markers carry.
std::string format_counters(const Counters& counters);

/// The recording as text that parse_recording reads back to the same recording (without the skipped
/// lines).
std::string format_recording(const Recording& recording);

}  // namespace conform

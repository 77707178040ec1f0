/// Files that are whole or not there: written beside their place, flushed to the disk, closed, then
/// renamed. Every step is checked, and a failure is a value that the caller prints (exit code 6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sim {

struct OutputError {
  std::string sentence;  ///< "traces/a.jsonl could not be written: No space left on device"
};

/// Why nothing can be written to `path`, as far as that shows before there is something to write.
/// Leaves `path` as it is and nothing beside it.
std::optional<OutputError> output_file_refusal(const std::string& path);

/// Replaces `path` by `text`, or leaves it as it was and says why. What is no regular file (a pipe,
/// /dev/full) is written in place. The directory must exist.
std::optional<OutputError> write_output_file(const std::string& path, std::string_view text);

}  // namespace sim

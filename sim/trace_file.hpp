/// Trace files: JSON Lines, a header, one line for each step, a footer. Fixed order of keys,
/// integers only, ASCII.
///
/// Every line ends in `"check"`: XXH3-64 (16 hexadecimal digits) of all bytes of the file before
/// that key, so that the first line that was changed, cut or added can be named. The footer also
/// carries XXH3-128 over all lines before it: the identity of the execution. The checks find damage
/// and hands, not somebody who computes them anew.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "sim/trace.hpp"

namespace sim {

struct TraceError {
  std::string file;
  std::size_t line;  ///< from 1
  std::string text;

  /// "foo.jsonl:12: this line was changed ..."
  std::string sentence() const;
};

std::string trace_text(const Execution& execution, const TraceAbout& about);

/// The same from data; `trace.digest` is computed, not read.
std::string trace_text(const TraceFile& trace);

/// Refuses whatever `trace_text` does not write, down to the byte. `filename` is for messages only.
std::variant<TraceFile, TraceError> parse_trace(std::string_view text, std::string_view filename);

}  // namespace sim

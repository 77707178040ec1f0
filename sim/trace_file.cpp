#include "sim/trace_file.hpp"

#include <xxhash.h>

#include <fmt/format.h>

#include "sim/assert.hpp"
#include "sim/text.hpp"
#include "sim/trace_line.hpp"

namespace sim {
namespace {

constexpr std::string_view kCheckKey = ",\"check\":\"";
constexpr std::size_t kCheckDigits = 16;
constexpr std::string_view kLineEnd = "\"}";
constexpr std::size_t kTailSize = kCheckKey.size() + kCheckDigits + kLineEnd.size();

/// Bytes in, running check out.
class RunningCheck {
 public:
  RunningCheck() : state_(XXH3_createState()) {
    FSW_ASSERT(state_ != nullptr, "no memory for a digest");
    XXH3_64bits_reset(state_);
  }
  ~RunningCheck() { XXH3_freeState(state_); }
  RunningCheck(const RunningCheck&) = delete;
  RunningCheck& operator=(const RunningCheck&) = delete;

  void add(std::string_view bytes) { XXH3_64bits_update(state_, bytes.data(), bytes.size()); }
  std::string digits() const { return fmt::format("{:016x}", XXH3_64bits_digest(state_)); }

 private:
  XXH3_state_t* state_;
};

std::string digest_of(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string tail(const std::string& digits) {
  return std::string(kCheckKey) + digits + std::string(kLineEnd);
}

void append_line(std::string& text, RunningCheck& check, const std::string& line) {
  check.add(line);
  const std::string end = tail(check.digits()) + "\n";
  check.add(end);
  text += line;
  text += end;
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view filename) : text_(text), filename_(filename) {}

  std::variant<TraceFile, TraceError> read() {
    if (std::string error = read_lines(); !error.empty())
      return TraceError{filename_, line_, std::move(error)};
    return std::move(trace_);
  }

 private:
  enum class Part { header, steps, end };

  std::string read_lines() {
    if (text_.empty()) return "the file is empty";
    for (std::size_t at = 0; at < text_.size(); ++line_) {
      if (part_ == Part::end) return "nothing may stand behind the last line of a trace";
      const std::size_t feed = text_.find('\n', at);
      const std::string_view line = text_.substr(at, feed - at);
      if (line_ == 1) {
        if (std::string error = refuse_foreign(line); !error.empty()) return error;
      }
      if (feed == std::string_view::npos) return "the file ends inside this line: the trace is cut";
      if (std::string error = read_line(line, at); !error.empty()) return error;
      at = feed + 1;
    }
    if (part_ != Part::end) return "the file ends before the last line of the trace: it is cut";
    return {};
  }

  /// Files that are something else, and traces of other versions, deserve their own sentence.
  static std::string refuse_foreign(std::string_view line) {
    constexpr std::string_view kFormat = "{\"format\":\"fsweave-trace\",\"version\":";
    if (!line.starts_with(kFormat)) return "this is no fsweave trace";
    const std::string_view rest = line.substr(kFormat.size());
    const std::string version = std::to_string(trace_line::kVersion);
    if (rest.starts_with(version + ",")) return {};
    const std::string theirs = ascii(rest.substr(0, rest.find_first_of(",}"))).substr(0, 20);
    return "this trace is of format version " + theirs + "; this program reads version " + version;
  }

  std::string read_line(std::string_view line, std::size_t at) {
    if (line.size() < kTailSize) return "this line was changed: its check is missing";
    const std::string_view body = line.substr(0, line.size() - kTailSize);
    check_.add(body);
    const std::string expected_tail = tail(check_.digits());
    if (line.substr(body.size()) != expected_tail) return explain_mismatch(line);
    check_.add(expected_tail);
    check_.add("\n");
    try {
      const std::string again = read_part(line, at);
      if (again != body) return "this line is not written as fsweave writes it";
    } catch (const trace_line::Refused& refused) {
      return std::string("this line does not belong to a trace: ") + refused.what();
    }
    return {};
  }

  /// Reads the line into the trace and returns how it would be written.
  std::string read_part(std::string_view line, std::size_t at) {
    if (part_ == Part::header) {
      part_ = Part::steps;
      trace_line::read_header(line, trace_);
      return trace_line::header(trace_);
    }
    if (!trace_line::is_footer(line)) {
      trace_line::read_step(line, trace_);
      return trace_line::step(trace_.steps.back(), trace_.steps.size() - 1);
    }
    part_ = Part::end;
    trace_line::read_footer(line, trace_);
    if (trace_.digest != digest_of(text_.substr(0, at)))
      throw trace_line::Refused("its digest is not that of the lines above");
    return trace_line::footer(trace_, trace_.digest);
  }

  std::string explain_mismatch(std::string_view line) const {
    constexpr std::string_view kStep = "{\"step\":";
    const std::string next = std::to_string(trace_.steps.size()) + ",";
    if (part_ == Part::steps && line.starts_with(kStep) &&
        !line.substr(kStep.size()).starts_with(next))
      return "step " + std::to_string(trace_.steps.size()) +
             " should stand here: lines were cut, added or exchanged, or this line was changed";
    return "this line was changed, or a line before it was cut or added: its check does not match";
  }

  std::string_view text_;
  std::string filename_;
  std::size_t line_ = 1;
  Part part_ = Part::header;
  RunningCheck check_;
  TraceFile trace_;
};

}  // namespace

std::string TraceError::sentence() const {
  return ascii(file) + ":" + std::to_string(line) + ": " + text;
}

std::string trace_text(const Execution& execution, const TraceAbout& about) {
  return trace_text(trace_of(execution, about));
}

std::string trace_text(const TraceFile& trace) {
  std::string text;
  RunningCheck check;
  append_line(text, check, trace_line::header(trace));
  for (std::size_t i = 0; i < trace.steps.size(); ++i)
    append_line(text, check, trace_line::step(trace.steps[i], i));
  append_line(text, check, trace_line::footer(trace, digest_of(text)));
  return text;
}

std::variant<TraceFile, TraceError> parse_trace(std::string_view text, std::string_view filename) {
  return Reader(text, filename).read();
}

}  // namespace sim

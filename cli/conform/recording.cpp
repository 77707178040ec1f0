#include "cli/conform/recording.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "cli/conform/tracepoint_text.hpp"

namespace conform {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kMarker = "tracing_mark_write";
constexpr std::size_t kUuidLength = 36;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Takes the next word off the front of `text`; empty at its end.
std::string_view take_word(std::string_view& text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return text = {};
  text.remove_prefix(first);
  const auto word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  return word;
}

struct Line {
  std::string_view task;
  std::string_view event;
  std::string_view fields;
};

/// `COMM-PID`, perhaps followed by the `(TGID)` of the record-tgid option; empty where it is not
/// one.
std::string_view task_before_cpu(std::string_view left) {
  left = trim(left);
  if (left.ends_with(')')) left = trim(left.substr(0, left.rfind('(')));
  const auto dash = left.rfind('-');
  if (dash == std::string_view::npos || dash + 1 == left.size()) return {};
  const auto pid = left.substr(dash + 1);
  return std::all_of(pid.begin(), pid.end(), is_digit) ? left : std::string_view{};
}

/// `7387.910131:`
bool is_timestamp(std::string_view word) {
  if (!word.ends_with(':')) return false;
  word.remove_suffix(1);
  const auto dot = word.find('.');
  if (dot == 0 || dot == std::string_view::npos || dot + 1 == word.size()) return false;
  return std::count(word.begin(), word.end(), '.') == 1 &&
         std::all_of(word.begin(), word.end(), [](char c) { return is_digit(c) || c == '.'; });
}

/// What stands behind `[CPU]`: flags or none, time stamp, event, fields.
std::optional<Line> split_after_cpu(std::string_view task, std::string_view right) {
  auto word = take_word(right);
  if (!is_timestamp(word)) word = take_word(right);
  if (!is_timestamp(word)) return std::nullopt;
  right = trim(right);
  const auto colon = right.find(':');
  if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
  const auto event = right.substr(0, colon);
  if (event.find_first_of(kBlanks) != std::string_view::npos) return std::nullopt;
  return Line{task, event, trim(right.substr(colon + 1))};
}

/// A COMM may itself hold `[0]`, so each bracket is tried until both of its sides make sense.
std::optional<Line> split_line(std::string_view line) {
  for (auto open = line.find('['); open != std::string_view::npos;
       open = line.find('[', open + 1)) {
    const auto close = line.find(']', open);
    if (close == std::string_view::npos) return std::nullopt;
    const auto cpu = line.substr(open + 1, close - open - 1);
    if (cpu.empty() || !std::all_of(cpu.begin(), cpu.end(), is_digit)) continue;
    const auto task = task_before_cpu(line.substr(0, open));
    if (task.empty()) continue;
    if (const auto split = split_after_cpu(task, line.substr(close + 1))) return split;
  }
  return std::nullopt;
}

bool is_filesystem_id(std::string_view word) {
  return word == "FSID" ||
         (word.size() == kUuidLength && std::count(word.begin(), word.end(), '-') == 4);
}

constexpr std::array<std::string_view, 5> kOfBtrfs = {"rsv_data", "referenced", "may_use",
                                                      "reserved", "used"};
constexpr std::array<std::string_view, 2> kOfExt4 = {"delayed_allocation_blocks", "extents"};

/// All of a file system's or none: half a set would be compared as if the rest were zero.
std::optional<Counters> parse_counters(std::string_view text) {
  Event bag;
  parse_fields(text, bag);
  const auto are = [&](const auto& names) {
    return std::equal(bag.fields.begin(), bag.fields.end(), names.begin(), names.end(),
                      [](const auto& field, std::string_view name) {
                        const bool number = name == "extents" || parse_number(field.second);
                        return field.first == name && number;
                      });
  };
  if (!are(kOfBtrfs) && !are(kOfExt4)) return std::nullopt;
  return bag.fields;
}

Op parse_marker(const Line& line) {
  Op op;
  op.task = line.task;
  const auto split = line.fields.rfind(": ");
  if (split != std::string_view::npos) op.counters = parse_counters(line.fields.substr(split + 2));
  op.marker = op.counters ? trim(line.fields.substr(0, split)) : line.fields;
  return op;
}

}  // namespace

std::optional<std::string_view> Event::field(std::string_view key) const {
  for (const auto& [name_of_field, value] : fields)
    if (name_of_field == key) return value;
  return std::nullopt;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x");
  if (hexadecimal) text.remove_prefix(2);
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value, hexadecimal ? 16 : 10);
  if (text.empty() || text.front() == '-' || parsed.ec != std::errc{} || parsed.ptr != end)
    return std::nullopt;
  return negative ? -value : value;
}

void parse_fields(std::string_view text, Event& event) {
  std::string_view key;
  while (true) {
    const auto word = take_word(text);
    if (word.empty()) break;
    const auto equals = word.find('=');
    if (equals != std::string_view::npos) {
      event.fields.emplace_back(word.substr(0, equals), word.substr(equals + 1));
      key = {};
    } else if (word.starts_with('(')) {
      continue;  // the number behind a printed set of flags, `WRITE|DIRECT (0x11)`
    } else if (key.empty()) {
      key = word;
      if (key.ends_with(':')) key.remove_suffix(1);
      if (is_filesystem_id(key)) key = {};
      if (!key.empty() && text.starts_with("  ")) {  // an empty set of flags prints as nothing
        event.fields.emplace_back(key, "");
        key = {};
      }
    } else {
      event.fields.emplace_back(key, word);
      key = {};
    }
  }
}

Recording parse_recording(std::string_view ftrace_text) {
  Recording recording;
  std::vector<Event> since_marker;
  while (!ftrace_text.empty()) {
    const auto end = std::min(ftrace_text.find('\n'), ftrace_text.size());
    const auto text = trim(ftrace_text.substr(0, end));
    ftrace_text.remove_prefix(std::min(end + 1, ftrace_text.size()));
    if (text.empty() || text.starts_with('#')) continue;
    const auto line = split_line(text);
    if (!line) {
      ++recording.skipped_lines;
    } else if (line->event == kMarker) {
      recording.ops.push_back(parse_marker(*line));
      recording.ops.back().events = std::exchange(since_marker, {});
    } else {
      Event event;
      event.name = tracepoint_of_today(line->event);
      event.task = line->task;
      parse_fields(with_every_key(line->event, line->fields), event);
      since_marker.push_back(std::move(event));
    }
  }
  recording.trailing = std::move(since_marker);
  return recording;
}

std::string format_event(const Event& event) {
  std::string text = event.name;
  for (const auto& [key, value] : event.fields) text += fmt::format(" {}={}", key, value);
  return text;
}

std::string format_counters(const Counters& counters) {
  std::string text;
  for (const auto& [name, value] : counters)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
  return text;
}

std::string format_extents(const std::vector<FileExtent>& extents) {
  std::vector<FileExtent> joined;
  for (const FileExtent& extent : extents) {
    const bool continues = !joined.empty() && joined.back().state == extent.state &&
                           joined.back().first + joined.back().count == extent.first;
    if (continues)
      joined.back().count += extent.count;
    else
      joined.push_back(extent);
  }
  std::string text;
  for (const FileExtent& extent : joined)
    text +=
        fmt::format("{}{}+{}{}", text.empty() ? "" : ",", extent.first, extent.count, extent.state);
  return text.empty() ? "none" : text;
}

std::string format_recording(const Recording& recording) {
  // The reader wants a PID, a CPU and a time stamp in each line; none of them carries anything
  // here.
  const auto format_line = [](std::string_view task, std::string_view event,
                              std::string_view fields) {
    const bool has_pid = !task_before_cpu(task).empty();
    return fmt::format("{}{} [000] 0.0: {}:{}{}\n", task, has_pid ? "" : "-0", event,
                       fields.empty() ? "" : " ", fields);
  };
  std::string text;
  const auto append_events = [&](const std::vector<Event>& events) {
    for (const auto& event : events) {
      const auto printed = format_event(event);
      text += format_line(
          event.task, event.name,
          printed.size() > event.name.size() ? printed.substr(event.name.size() + 1) : "");
    }
  };
  for (const auto& op : recording.ops) {
    append_events(op.events);
    text += format_line(op.task, kMarker,
                        op.counters ? op.marker + ": " + format_counters(*op.counters) : op.marker);
  }
  append_events(recording.trailing);
  return text;
}

}  // namespace conform

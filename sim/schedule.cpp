#include "sim/schedule.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "sim/text.hpp"

namespace sim {
namespace {

constexpr std::string_view kStart = "@start";

constexpr bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:#>+").find(c) != std::string_view::npos;
}

/// Inside parentheses a name may hold blanks, but not at its ends.
constexpr bool is_plain_in_choice(char c) { return c == ' ' || is_plain(c); }

std::string in_quotes(std::string_view name, bool in_choice = false) {
  const bool edges = !name.empty() && name.front() != ' ' && name.back() != ' ';
  const auto plain = in_choice ? is_plain_in_choice : is_plain;
  if (edges && std::all_of(name.begin(), name.end(), plain)) return std::string(name);
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

std::string in_parentheses(const std::vector<ScheduleChoice>& choices) {
  std::string text;
  for (const ScheduleChoice& choice : choices) {
    text += text.empty() ? "(" : ", ";
    text += in_quotes(choice.what, true) + "=" + std::to_string(choice.value);
  }
  return text + ")";
}

void append_run(Schedule& schedule, ScheduleRun run) {
  if (!schedule.runs.empty()) {
    ScheduleRun& last = schedule.runs.back();
    if (last.task == run.task && last.choices.empty() && run.choices.empty()) {
      last.length += run.length;
      return;
    }
  }
  schedule.runs.push_back(std::move(run));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::variant<Schedule, ScheduleError> parse() {
    Schedule schedule;
    skip_blanks();
    if (text_.substr(at_).starts_with(kStart)) {
      at_ += kStart.size();
      if (peek() != '(') fail("'(' with the choices made at the start should stand here");
      schedule.at_start = choices();
      skip_blanks();
    }
    std::uint64_t steps = 0;
    while (!error_ && at_ < text_.size()) {
      const std::size_t begin = at_;
      ScheduleRun item = run();
      steps += item.length;
      if (!error_ && steps > kMaxScheduleSteps)
        error_ = {begin + 1,
                  "more than " + std::to_string(kMaxScheduleSteps) + " steps are not followed"};
      append_run(schedule, std::move(item));
      if (!error_ && at_ < text_.size() && peek() != ' ') fail("a blank should stand here");
      skip_blanks();
    }
    if (error_) return *error_;
    return schedule;
  }

 private:
  ScheduleRun run() {
    ScheduleRun item{name("a task's name"), 1, {}};
    if (peek() == '*') {
      ++at_;
      const std::size_t begin = at_;
      item.length = number();
      if (!error_ && item.length == 0) error_ = {begin + 1, "a task runs for at least 1 step"};
    } else if (peek() == '(') {
      item.choices = choices();
    }
    return item;
  }

  std::vector<ScheduleChoice> choices() {
    std::vector<ScheduleChoice> list;
    do {
      ++at_;  // '(' or ','
      skip_blanks();
      std::string what = name("a choice's name", true);
      if (!error_ && peek() != '=') fail("'=' and the chosen value should stand here");
      ++at_;
      list.push_back({std::move(what), number()});
    } while (!error_ && peek() == ',');
    if (!error_ && peek() != ')') fail("',' or ')' should stand here");
    ++at_;
    return list;
  }

  std::string name(const char* expected, bool in_choice = false) {
    if (peek() == '"') return quoted_name();
    const std::size_t begin = at_;
    const auto plain = in_choice ? is_plain_in_choice : is_plain;
    while (at_ < text_.size() && plain(text_[at_])) ++at_;
    if (at_ == begin) fail(std::string(expected) + " should stand here");
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted_name() {
    const std::size_t begin = at_++;
    std::string name;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\') ++at_;
      if (at_ < text_.size()) name += text_[at_++];
    }
    if (at_ >= text_.size() && !error_)
      error_ = {begin + 1, "the quote that begins here has no end"};
    ++at_;
    return name;
  }

  std::uint32_t number() {
    if (error_) return 0;
    const std::size_t begin = at_;
    std::uint64_t value = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      value = value * 10 + static_cast<std::uint64_t>(text_[at_++] - '0');
      if (value > 0xffffffffU) {
        error_ = {begin + 1, "this number is larger than 4294967295"};
        return 0;
      }
    }
    if (at_ == begin) fail("a number should stand here");
    return static_cast<std::uint32_t>(value);
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  void fail(std::string text) {
    if (!error_) error_ = {at_ + 1, std::move(text)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<ScheduleError> error_;
};

/// Choices [begin, end) of the record; none where all took 0.
std::vector<ScheduleChoice> injected(const Record& record, std::uint32_t begin, std::uint32_t end) {
  while (end > begin && record.choices[end - 1].value == 0) --end;
  std::vector<ScheduleChoice> list;
  for (std::uint32_t i = begin; i < end; ++i)
    list.push_back({ascii(record.choices[i].what), record.choices[i].value});
  return list;
}

}  // namespace

std::uint64_t Schedule::steps() const {
  std::uint64_t sum = 0;
  for (const ScheduleRun& run : runs) sum += run.length;
  return sum;
}

std::string to_text(const Schedule& schedule) {
  std::string text;
  if (!schedule.at_start.empty()) text = std::string(kStart) + in_parentheses(schedule.at_start);
  for (const ScheduleRun& run : schedule.runs) {
    if (!text.empty()) text += ' ';
    text += in_quotes(run.task);
    if (run.length > 1) text += "*" + std::to_string(run.length);
    if (!run.choices.empty()) text += in_parentheses(run.choices);
  }
  return text;
}

std::variant<Schedule, ScheduleError> parse_schedule(std::string_view text) {
  return Parser(text).parse();
}

std::uint32_t choices_at_start(const Record& record) {
  return record.explored_begin < record.explored_end
             ? record.steps[record.explored_begin].choice_begin
             : static_cast<std::uint32_t>(record.choices.size());
}

std::pair<std::uint32_t, std::uint32_t> choices_of_step(const Record& record, std::uint32_t step) {
  // Tasks that start make their choices before any step: the record counts them to the last step of
  // setup.
  if (record.steps[step].phase == Phase::setup) return {0, 0};
  return {record.steps[step].choice_begin, record.choice_end(step)};
}

Schedule schedule_of(const Record& record) {
  Schedule schedule;
  schedule.at_start = injected(record, 0, choices_at_start(record));
  for (std::uint32_t step = record.explored_begin; step < record.explored_end; ++step) {
    const auto [begin, end] = choices_of_step(record, step);
    append_run(schedule,
               {unique_name(record, record.steps[step].actor), 1, injected(record, begin, end)});
  }
  return schedule;
}

}  // namespace sim

/// A schedule: who runs for how many steps, and what was injected. As data, and as the one line
/// that a user copies into
/// `--schedule`:
///
///     writer*3 kworker/endio-write*2 writer(bio error=1) writer
///
/// Names are actors' unique names (sim/text.hpp). A name or choice with other characters than
/// letters, digits and
/// `_ - . / : # > +` (in a choice also blanks) stands in double quotes, in which `\` escapes.
/// Choices inside a step stand behind it in parentheses, in the order in which they are asked; a
/// step without parentheses takes 0 (nothing goes wrong) for all. Choices made before the first
/// step, while the tasks start, stand first, as `@start(what=1)`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/record.hpp"

namespace sim {

struct ScheduleChoice {
  std::string what;
  std::uint32_t value;

  friend bool operator==(const ScheduleChoice&, const ScheduleChoice&) = default;
};

struct ScheduleRun {
  std::string task;
  std::uint32_t length;                 ///< steps; at least 1
  std::vector<ScheduleChoice> choices;  ///< not empty: `length` is 1

  friend bool operator==(const ScheduleRun&, const ScheduleRun&) = default;
};

struct Schedule {
  std::vector<ScheduleChoice> at_start;
  std::vector<ScheduleRun> runs;

  std::uint64_t steps() const;

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// More steps than this are refused.
inline constexpr std::uint64_t kMaxScheduleSteps = 1'000'000;

struct ScheduleError {
  std::size_t column;  ///< in the text, from 1
  std::string text;
};

std::string to_text(const Schedule& schedule);

/// Neighbouring runs of one task without choices become one run.
std::variant<Schedule, ScheduleError> parse_schedule(std::string_view text);

/// The explored decisions of an execution.
Schedule schedule_of(const Record& record);

/// Index in Record::choices behind those that were made before the first explored step.
std::uint32_t choices_at_start(const Record& record);

/// Record::choices of step `step` are [first, second).
std::pair<std::uint32_t, std::uint32_t> choices_of_step(const Record& record, std::uint32_t step);

}  // namespace sim

/// Units of a search, and what they found, as text: one line of JSON each, the same for equal
/// values.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "core/scenario/search_share.hpp"

namespace cli {

struct DamagedText : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string to_line(const scenario::Unit& unit);
std::string to_line(const scenario::SearchShare& share);
std::string to_line(const scenario::UnitOutcome& outcome);

/// These throw DamagedText.
scenario::Unit unit_of_line(std::string_view line);
scenario::SearchShare share_of_line(std::string_view line);
scenario::UnitOutcome outcome_of_line(std::string_view line);

}  // namespace cli

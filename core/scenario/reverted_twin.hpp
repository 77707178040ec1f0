/// A *never* shows something only beside the same race seen: for every case that expects it, the
/// same file holds a case in which a fix is reverted and that is expected to be sometimes or
/// always.
#pragma once

#include <optional>
#include <string>

#include "core/scenario/scenario.hpp"

namespace scenario {

/// What is wrong where the twin is missing; nothing where the case has one or needs none. Throws
/// InputError where a case names an unknown fix.
std::optional<InputError> missing_twin(const Scenario& scenario, const Case& the_case);

}  // namespace scenario

/// One canonical text for what a scenario file means, and its digest for the heads of traces.
/// Comments, layout, the order of keys without meaning and the spelling of operations do not change
/// it.
#pragma once

#include <string>
#include <string_view>

#include "core/scenario/scenario.hpp"

namespace scenario {

/// What is built and who acts: fs, setup, tasks, environment, teardown.
std::string canonical_text(const Scenario& scenario);

/// The kernel that a case runs on: era, reverted commits, pinned fixes, explored teardown. Its
/// name, schedule, search and expectation do not belong: a trace holds whatever searched for it.
std::string canonical_text(const Case& the_case);

/// XXH3-128 of `text` as 32 hexadecimal digits.
std::string digest(std::string_view text);

/// Of one case in its scenario.
std::string scenario_digest(const Scenario& scenario, const Case& the_case);

}  // namespace scenario

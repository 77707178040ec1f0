/// Random scripts, for comparing a search with brute force.
#pragma once

#include <cstdint>

#include "tests/support/script.hpp"

namespace testing {

/// The same script for the same seed and number, everywhere. A script uses a few kinds of
/// statements only, so that its tasks meet; about 20 % leak
/// locks. `max_operations` bounds the visible operations of all tasks together.
Script random_script(std::uint64_t seed, std::uint64_t number, unsigned max_operations);

}  // namespace testing

/// Counts the calls of every form of the global operator new.
#pragma once

#include <cstdint>

namespace testing {

std::uint64_t allocations();

}  // namespace testing

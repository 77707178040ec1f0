/// The seed that a run of the tests draws its random programs from.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace testing {

/// FSWEAVE_SEED, which .ci/run draws anew each time and prints; otherwise always the same.
inline std::uint64_t seed_of_run() {
  const char* given = std::getenv("FSWEAVE_SEED");
  return given == nullptr ? 20260 : std::strtoull(given, nullptr, 10);
}

}  // namespace testing

/// What a scenario may hold. Beyond it a file is refused with a sentence that names the limit.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/operation.hpp"

namespace scenario {

inline constexpr std::size_t kMostTasks = sim::kMaxTasks;  ///< tasks and environment together
inline constexpr std::size_t kMostOperations = 1'000'000;
inline constexpr std::size_t kMostCases = 256;
inline constexpr std::size_t kMostDirectives = 1'000'000;      ///< of one schedule
inline constexpr std::uint64_t kMostRuns = 1'000'000'000'000;  ///< of a search that samples
inline constexpr std::uint64_t kMostPreemptions = 1'000'000;   ///< bound of an exhaustive search
inline constexpr std::size_t kMostOpenFiles = 4096;            ///< in one list of operations
inline constexpr std::size_t kMostMappings = 64;  ///< of one file in one list of operations
inline constexpr std::size_t kLongestName = 64;   ///< bytes of a task's or case's name
/// Bytes of the range of one read, write or fallocate: its blocks are kept one by one.
inline constexpr std::uint64_t kLongestRange = std::uint64_t{1} << 30;
inline constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 44;  ///< bytes; ext4's

}  // namespace scenario

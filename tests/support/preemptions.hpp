/// How often an execution left a task that could have gone on.
#pragma once

#include <cstdint>

#include "sim/record.hpp"

namespace testing {

/// Switches away from tasks that could have gone on, in what was recorded.
inline std::uint32_t preemptions(const sim::Record& record) {
  std::uint32_t count = 0;
  for (std::uint32_t i = record.explored_begin + 1; i < record.explored_end; ++i) {
    const sim::TaskId last = record.steps[i - 1].task;
    if (record.steps[i].task != last && (record.steps[i].enabled & sim::mask_of(last)) != 0)
      ++count;
  }
  return count;
}

}  // namespace testing

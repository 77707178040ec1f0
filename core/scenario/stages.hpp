/// A schedule's stages: what the counters are when each directive is done, and after each operation
/// of the teardown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/scenario/scenario.hpp"
#include "sim/execution.hpp"
#include "sim/strategies/directed.hpp"

namespace scenario {

struct Stage {
  std::string what;                    ///< "run fsstress until exit", "teardown: sync"
  std::uint32_t step;                  ///< steps made by then
  std::vector<std::int64_t> counters;  ///< in the order of Narrative::counter_names
  std::string
      mismatch;  ///< "rsv_data is 0, expected 32768"; empty where the file agrees or says nothing
};

/// Of a narrated execution that followed the schedule of `the_case`.
std::vector<Stage> stages_of(const Case& the_case, const sim::Execution& execution,
                             const sim::DirectedStrategy& directed);

/// A line a stage, counters beside it; columns that stay 0 are left out.
std::string stage_table(const std::vector<Stage>& stages, const sim::Execution& execution);

}  // namespace scenario

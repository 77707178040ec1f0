/// Writes a scenario file from an imported log: one task per process, order free between tasks.
#pragma once

#include <cstdint>
#include <string>

#include "core/scenario/fsstress_import.hpp"

namespace scenario {

struct FsstressScenarioOptions {
  std::string source = "fsstress -v";  ///< the scenario's "source"
  std::string filesystem = "btrfs";
  std::uint64_t seed = 1;
  std::uint64_t runs = 1000;
};

/// The text of a scenario that `parse_scenario` accepts. `setup` opens every file that is used and
/// gives it the size that the log first saw; behind each command stands the line that it comes
/// from. Throws InputError (named after `source`) where the log has no command, or more processes
/// or operations than a scenario may have.
std::string to_scenario_json(const FsstressImport& import,
                             const FsstressScenarioOptions& options = {});

}  // namespace scenario

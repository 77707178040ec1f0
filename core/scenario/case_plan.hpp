/// A case with everything that it names found: variants, labels, tasks, choices. Where a name is
/// not known it is the user's mistake, with its place and the nearest name that exists.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/scenario/filesystem.hpp"
#include "core/scenario/scenario.hpp"
#include "sim/execution.hpp"
#include "sim/strategies/directed.hpp"

namespace scenario {

struct CasePlan {
  FixSelection fixes;
  std::string
      fixes_text;  ///< what differs from an era: "btrfs-5.9, qgroup_data_owner=ordered_extent"
  std::vector<sim::Directive> directives;  ///< one for each of Case::schedule, in its order
  sim::ExecutionOptions options;           ///< window, teardown, guards checked; not narrated
};

/// Throws InputError where the scenario's filesystem is not modelled.
void check_filesystem(const Scenario& scenario);

/// Throws InputError.
CasePlan plan_case(const Scenario& scenario, const Case& wanted);

/// Today's kernel, nothing expected: for a scenario without cases.
Case case_of_today();

}  // namespace scenario

// Every scenario under the audit: no step changes a cell behind its back, and reads past a guard
// are those that stand here with their reason.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "core/scenario/case_plan.hpp"
#include "core/scenario/scenario.hpp"
#include "core/scenario/world.hpp"
#include "sim/strategies/portfolio.hpp"
#include "sim/strategies/profile.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

constexpr std::uint64_t kExecutions = 40;

/// Reads past a guard that are known.
constexpr std::string_view kKnown[] = {
    // Whether a folio has buffers makes no difference until their Delay bit is set, and that is a
    // section of i_pages_lock, as the look at it is.
    "folio->private",
    // The type bits, which never change after the ordered extent was published.
    "ordered->flags",
    // By the check for an early -EDQUOT, which stands inside the step that it judges.
    "qgroup rsv[DATA]",
    "qgroup rfer",
    "qgroup max_rfer",
    "qgroup extent records",
    "ordered_tree",
    "io_tree.state",
};

/// Memory in no cell (ghosts of the checks, lists that the setup fills, nodes of containers that
/// were allocated while another cell was written) is for the engine's own test as yet.
bool is_unlooked_at(const std::string& complaint) {
  return complaint.find(" changed memory in no cell") != std::string::npos;
}

/// The known read that `complaint` is about; empty: it is not known.
std::string_view known_read(const std::string& complaint) {
  for (const std::string_view cell : kKnown)
    if (complaint.ends_with(" read " + std::string(cell) + " past its guard")) return cell;
  return {};
}

std::set<std::string> complaints_of(const scenario::Scenario& scenario,
                                    const scenario::Case& the_case) {
  scenario::CasePlan plan = scenario::plan_case(scenario, the_case);
  scenario::World world(scenario, plan.fixes);
  plan.options.audit = true;
  sim::Execution execution(plan.options);
  sim::Portfolio search({1, 0, kExecutions}, sim::profile(execution, world).steps);
  std::set<std::string> complaints;
  do {
    execution.run(world, search);
    complaints.insert(execution.audit_complaints().begin(), execution.audit_complaints().end());
  } while (search.advance());
  return complaints;
}

}  // namespace

TEST_CASE("No case of the scenarios changes a cell, or reads one, that it does not declare") {
  std::set<std::string_view> seen;
  for (const support::ScenarioFile& file : support::scenario_files()) {
    const scenario::Scenario scenario = scenario::read_scenario(file.path);
    for (const scenario::Case& the_case : scenario.cases) {
      CAPTURE(file.name);
      CAPTURE(the_case.name);
      for (const std::string& complaint : complaints_of(scenario, the_case)) {
        if (is_unlooked_at(complaint)) continue;
        const std::string_view cell = known_read(complaint);
        if (cell.empty()) CHECK(complaint == "");
        seen.insert(cell);
      }
    }
  }
  for (const std::string_view cell : kKnown) {  // none stands there for nothing
    INFO(std::string(cell));
    CHECK(seen.contains(cell));
  }
}

#include "core/scenario/reverted_twin.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/scenario/case_plan.hpp"
#include "core/scenario/world.hpp"

namespace scenario {
namespace {

bool reverts_a_fix_of(const FileSystemKind& kind, const FixSelection& twin,
                      const FixSelection& fixed) {
  for (std::size_t i = 0; i < fixed.size(); ++i)
    if (twin[i] != fixed[i] && twin[i] == kind.fixes[i].reverted) return true;
  return false;
}

/// A file whose source names something else than a fix of the register makes a claim about paths
/// that never raced.
bool speaks_of_no_fix(const FileSystemKind& kind, const std::string& source) {
  if (source.empty()) return false;
  return std::none_of(kind.fixes.begin(), kind.fixes.end(), [&](const FixRow& row) {
    return !row.hash.empty() && source.find(row.hash) != std::string::npos;
  });
}

bool sees_the_race(const Case& the_case) {
  return the_case.expect.kind == Expect::Kind::sometimes ||
         the_case.expect.kind == Expect::Kind::always;
}

}  // namespace

std::optional<std::string> missing_twin(const Scenario& scenario, const Case& the_case) {
  if (the_case.expect.kind != Expect::Kind::never) return std::nullopt;
  check_filesystem(scenario);
  const FileSystemKind& kind = filesystem_kind(scenario.fs.type);
  if (speaks_of_no_fix(kind, scenario.source)) return std::nullopt;
  const FixSelection fixed = select_fixes(scenario, the_case);
  const bool found =
      std::any_of(scenario.cases.begin(), scenario.cases.end(), [&](const Case& twin) {
        return sees_the_race(twin) && reverts_a_fix_of(kind, select_fixes(scenario, twin), fixed);
      });
  if (found) return std::nullopt;
  return fmt::format(
      "'{}' expects never, but no case of the file reverts a fix of it and expects sometimes or "
      "always",
      the_case.name);
}

}  // namespace scenario

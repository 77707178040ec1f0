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

/// The commit of the register that `source` names; empty: none.
std::string fix_named_in(const FileSystemKind& kind, const std::string& source) {
  for (const FixRow& row : kind.fixes)
    if (!row.hash.empty() && source.find(row.hash) != std::string::npos)
      return std::string(row.hash);
  return {};
}

/// A file whose source names something else than a fix of the register makes a claim about paths
/// that never raced.
bool speaks_of_no_fix(const FileSystemKind& kind, const std::string& source) {
  return !source.empty() && fix_named_in(kind, source).empty();
}

bool sees_the_race(const Case& the_case) {
  return the_case.expect.kind == Expect::Kind::sometimes ||
         the_case.expect.kind == Expect::Kind::always;
}

}  // namespace

std::optional<InputError> missing_twin(const Scenario& scenario, const Case& the_case) {
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
  const std::string hash = fix_named_in(kind, scenario.source);
  return InputError(
      scenario.file, the_case.expect.position,
      fmt::format("'{}' expects never, but no case of the file shows the race without its fix",
                  the_case.name),
      fmt::format(
          "add a case with \"revert\": [\"{}\"] that expects sometimes or always{}",
          hash.empty() ? "HASH" : hash,
          hash.empty() ? "; if this is about no fix, say in \"source\" what it is about" : ""));
}

}  // namespace scenario

/// Which variants of a filesystem's fixes a case runs with.
#include <algorithm>

#include <fmt/format.h>

#include "core/scenario/input_error.hpp"
#include "core/scenario/names.hpp"
#include "core/scenario/world.hpp"

namespace scenario {
namespace {

std::vector<std::string_view> names_of_fixes(const FileSystemKind& kind) {
  std::vector<std::string_view> names;
  for (const FixRow& row : kind.fixes) {
    names.push_back(row.name);
    if (!row.hash.empty()) names.push_back(row.hash);
  }
  return names;
}

bool same_commit(std::string_view a, std::string_view b) {
  return a.starts_with(b) || b.starts_with(a);
}

FixSelection variants_of_era(const Scenario& scenario, const FileSystemKind& kind,
                             const Case& wanted) {
  if (!wanted.era) return FixSelection(kind.fixes.size(), 0);
  std::vector<std::string_view> names;
  for (const EraRow& era : kind.eras) {
    if (era.name == wanted.era->text) return era.variants;
    names.push_back(era.name);
  }
  throw InputError(scenario.file, wanted.era->position,
                   fmt::format("no era of {} is called '{}'", kind.name, wanted.era->text),
                   did_you_mean(wanted.era->text, names));
}

void take_out(const Scenario& scenario, const FileSystemKind& kind, const Revert& revert,
              FixSelection& selection) {
  bool found = false;
  for (std::size_t i = 0; i < kind.fixes.size(); ++i) {
    const FixRow& row = kind.fixes[i];
    if (row.hash.empty() || !same_commit(row.hash, revert.hash)) continue;
    if (!revert.subject.empty() && revert.subject != row.subject)
      throw InputError(scenario.file, revert.position,
                       fmt::format("{} has another subject", row.hash),
                       fmt::format("it is \"{}\"", row.subject));
    selection[i] = row.reverted;
    found = true;
  }
  if (!found)
    throw InputError(scenario.file, revert.position,
                     fmt::format("no fix of {} is commit {}", kind.name, revert.hash),
                     did_you_mean(revert.hash, names_of_fixes(kind)));
}

void pin_variant(const Scenario& scenario, const FileSystemKind& kind, const FixChoice& choice,
                 FixSelection& selection) {
  for (std::size_t i = 0; i < kind.fixes.size(); ++i) {
    const FixRow& row = kind.fixes[i];
    if (row.name != choice.fix && row.hash != choice.fix) continue;
    const auto variant = std::find(row.variants.begin(), row.variants.end(), choice.variant);
    if (variant == row.variants.end())
      throw InputError(scenario.file, choice.position,
                       fmt::format("{} has no variant '{}'", row.name, choice.variant),
                       did_you_mean(choice.variant, {row.variants.begin(), row.variants.end()}));
    selection[i] = static_cast<std::size_t>(variant - row.variants.begin());
    return;
  }
  throw InputError(scenario.file, choice.position,
                   fmt::format("no fix of {} is called '{}'", kind.name, choice.fix),
                   did_you_mean(choice.fix, names_of_fixes(kind)));
}

}  // namespace

FixSelection select_fixes(const Scenario& scenario, const Case& wanted) {
  const FileSystemKind& kind = filesystem_kind(scenario.fs.type);
  FixSelection selection = variants_of_era(scenario, kind, wanted);
  for (const Revert& revert : wanted.revert) take_out(scenario, kind, revert, selection);
  for (const FixChoice& choice : wanted.fixes) pin_variant(scenario, kind, choice, selection);
  return selection;
}

std::string describe_fixes(const FileSystemKind& kind, const FixSelection& fixes) {
  const auto differences = [&](const FixSelection& from) {
    std::string text;
    for (std::size_t i = 0; i < fixes.size(); ++i) {
      if (fixes[i] == from[i]) continue;
      text += fmt::format(", {}={}", kind.fixes[i].name, kind.fixes[i].variants[fixes[i]]);
    }
    return text;
  };
  const EraRow* nearest = &kind.eras.front();
  for (const EraRow& era : kind.eras)
    if (differences(era.variants).size() < differences(nearest->variants).size()) nearest = &era;
  return std::string(nearest->name) + differences(nearest->variants);
}

}  // namespace scenario

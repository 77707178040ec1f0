#include <algorithm>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/scenario_input.hpp"
#include "cli/terminal.hpp"
#include "core/scenario/expectation.hpp"
#include "core/scenario/filesystem.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/names.hpp"
#include "sim/finding.hpp"
#include "sim/invariant.hpp"
#include "sim/label.hpp"

namespace cli {
namespace {

using scenario::FileSystemKind;

ExitCode list_scenarios(const std::string& path) {
  ExitCode code = ExitCode::ok;
  for (const std::string& file : scenario_files(path)) {
    try {
      const scenario::Scenario scenario = load_scenario(file);
      print(fmt::format("{}\n", scenario::printable(file, 4096)));
      for (const scenario::Case& the_case : scenario.cases)
        print(fmt::format("  {:<28} {:<9} {}\n", the_case.name,
                          the_case.schedule.empty() ? "search" : "schedule",
                          scenario::to_string(the_case.expect)));
    } catch (const scenario::InputError& error) {
      complain(error.what());
      code = ExitCode::bad_input;
    }
  }
  return code;
}

void list_fixes() {
  for (const FileSystemKind* kind : scenario::filesystem_kinds()) {
    for (const scenario::FixRow& row : kind->fixes) {
      print(fmt::format("{} {} {}\n", kind->name, row.hash, row.subject));
      for (std::size_t i = 0; i < row.variants.size(); ++i)
        print(fmt::format("  {}={}{}{}\n", row.name, row.variants[i], i == 0 ? "  (today)" : "",
                          i == row.reverted ? "  (reverted)" : ""));
    }
  }
}

void list_eras() {
  for (const FileSystemKind* kind : scenario::filesystem_kinds()) {
    for (const scenario::EraRow& era : kind->eras) {
      print(fmt::format("{}: {}\n", era.name, era.what));
      for (std::size_t i = 0; i < era.variants.size(); ++i)
        if (era.variants[i] != 0)
          print(fmt::format("  {}={}\n", kind->fixes[i].name,
                            kind->fixes[i].variants[era.variants[i]]));
    }
  }
}

void list_labels() {
  for (const sim::Label* label : sim::all_labels()) print(fmt::format("{}\n", label->name()));
}

void list_invariants() {
  const auto row = [](const char* name, std::string_view when, const char* sentence) {
    print(fmt::format("{:<24} {:<10} {}\n", name, when, sentence));
  };
  for (const FileSystemKind* kind : scenario::filesystem_kinds()) {
    for (const sim::Invariant& invariant : kind->invariants)
      row(invariant.name, sim::word(invariant.kind), invariant.sentence);
    for (const sim::StepCheck& check : kind->step_checks) row(check.name, "step", check.sentence);
  }
  print("\nfound by the engine in every scenario:\n");
  for (const sim::FindingTraits& traits : sim::kFindingTraits)
    if (traits.word != "invariant") print(fmt::format("{:<24} {}\n", traits.word, traits.sentence));
}

}  // namespace

ExitCode list(const ListOptions& options) {
  if (options.what == "scenarios") return list_scenarios(options.path);
  if (options.what == "fixes") {
    list_fixes();
  } else if (options.what == "eras") {
    list_eras();
  } else if (options.what == "labels") {
    list_labels();
  } else if (options.what == "invariants") {
    list_invariants();
  } else {
    throw UsageError(
        fmt::format("nothing is listed as '{}' ({})", scenario::printable(options.what),
                    scenario::did_you_mean(
                        options.what, {"scenarios", "fixes", "eras", "labels", "invariants"})));
  }
  return ExitCode::ok;
}

}  // namespace cli

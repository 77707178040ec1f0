#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/conform/compare.hpp"
#include "cli/conform/kernel_run.hpp"
#include "cli/conform/model_run.hpp"
#include "cli/errors.hpp"
#include "cli/run_report.hpp"
#include "cli/terminal.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/input_file.hpp"
#include "core/scenario/names.hpp"

namespace cli {
namespace {

using conform::Target;

std::vector<Target> targets_named(const std::string& name) {
  const auto all = conform::targets();
  if (name.empty()) return {all.begin(), all.end()};
  std::vector<std::string_view> names;
  for (const Target target : all) {
    if (conform::name_of(target) == name) return {target};
    names.push_back(conform::name_of(target));
  }
  throw UsageError(fmt::format("no file is '{}' ({})", scenario::printable(name),
                               scenario::did_you_mean(name, names)));
}

/// False where they differ.
bool compare_with_model(Target target, const conform::Recording& kernel, bool verbose) {
  const conform::Recording model = conform::record_model(conform::workload_of(target));
  if (verbose) print(fmt::format("model:\n{}", conform::format_modelled(model)));
  const conform::Comparison comparison = conform::compare(kernel, model);
  print(conform::format_comparison(comparison));
  return comparison.equal();
}

ExitCode compare_recording(const ConformOptions& options) {
  const auto targets = targets_named(options.file);
  if (targets.size() != 1)
    throw UsageError("--recording: say with --file what was recorded, as 'nodatacow' or 'ext4'");
  const std::string text = scenario::read_input_file(options.recording);
  const conform::Recording kernel = conform::parse_recording(text);
  if (kernel.ops.empty())
    throw scenario::InputError(options.recording, {}, "holds no marker of an operation",
                               "it is the text that 'fsweave conform --record-only' prints");
  print(styled(Style::strong, fmt::format("{}, recorded", options.file)) + "\n");
  return compare_with_model(targets.front(), kernel, options.verbose) ? ExitCode::ok
                                                                      : ExitCode::finding;
}

ExitCode run_target(Target target, const ConformOptions& options) {
  const conform::KernelRun run = conform::run_on_kernel(conform::workload_of(target));
  switch (run.outcome) {
    case conform::KernelRun::Outcome::skipped:
      print(fmt::format("{}: skipped: {}\n", conform::name_of(target), run.reason));
      return ExitCode::skipped;
    case conform::KernelRun::Outcome::failed:
      complain(
          fmt::format("{}: the kernel's run failed: {}", conform::name_of(target), run.reason));
      return ExitCode::hard_error;
    case conform::KernelRun::Outcome::recorded: break;
  }
  if (options.record_only) {
    print(run.text);
    return ExitCode::ok;
  }
  print(styled(Style::strong, fmt::format("{}, on the running kernel", conform::name_of(target))) +
        "\n");
  return compare_with_model(target, run.recording, options.verbose) ? ExitCode::ok
                                                                    : ExitCode::finding;
}

/// Outside of meson a run that the machine cannot do is no failure, and one that broke is open.
ExitCode for_the_shell(ExitCode code, bool meson) {
  if (meson) return code;
  if (code == ExitCode::skipped) return ExitCode::ok;
  return code == ExitCode::hard_error ? ExitCode::inconclusive : code;
}

}  // namespace

ExitCode conform(const ConformOptions& options) {
  announce("fsweave conform");
  if (!options.recording.empty()) return compare_recording(options);
  const auto targets = targets_named(options.file);
  if (options.record_only && targets.size() != 1)
    throw UsageError("--record-only prints one recording: choose with --file");
  ExitCode code = ExitCode::ok;
  bool skipped = false;
  for (const Target target : targets) {
    const ExitCode now = run_target(target, options);
    skipped = skipped || now == ExitCode::skipped;
    if (now == ExitCode::hard_error) return for_the_shell(now, options.meson);
    if (now != ExitCode::skipped) code = worse(code, now);
  }
  if (code == ExitCode::ok && skipped) code = ExitCode::skipped;
  return for_the_shell(code, options.meson);
}

}  // namespace cli

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/output_file.hpp"
#include "cli/scenario_input.hpp"
#include "cli/terminal.hpp"
#include "core/scenario/fsstress_import.hpp"
#include "core/scenario/fsstress_scenario.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/input_file.hpp"

namespace cli {
namespace {

void refuse_unparsed(const scenario::FsstressImport& import, const std::string& log) {
  const auto& first = import.unparsed_lines.front();
  throw scenario::InputError(
      log, {static_cast<std::uint32_t>(first.number), 1},
      fmt::format("this is no line of an fsstress -v log, as {} in all: {}",
                  import.unparsed == 1 ? "1 line is" : fmt::format("{} lines are", import.unparsed),
                  first.text),
      "--lenient leaves such lines out");
}

}  // namespace

ExitCode import_fsstress(const ImportOptions& options) {
  check_output("--output", options.output, {options.log});
  const std::string text = scenario::read_input_file(options.log, scenario::kLargestLogFile);
  scenario::FsstressOptions how;
  how.shared_file = options.shared_file;
  how.source = scenario::detect_source(text);
  const scenario::FsstressImport import = scenario::import_fsstress(text, how);
  if (import.unparsed > 0 && !options.lenient) refuse_unparsed(import, options.log);
  scenario::FsstressScenarioOptions written;
  written.source = "fsstress -v: " + name_in_trace(options.log);
  const std::string json = scenario::to_scenario_json(import, written);
  const std::string account = scenario::account(import);
  if (options.output.empty()) {
    remark(account);
    print(json);
    return ExitCode::ok;
  }
  write_output(options.output, json);
  print(account);
  print(fmt::format("written: {}\n", scenario::printable(options.output, 4096)));
  return ExitCode::ok;
}

}  // namespace cli

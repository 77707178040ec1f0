#include "core/scenario/fsstress_scenario.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/scenario/limits.hpp"

namespace scenario {
namespace {

std::string json_string(std::string_view text) {
  return nlohmann::json(printable(text, 1000))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void check_limits(const FsstressImport& import, const std::string& source) {
  std::size_t commands = 0;
  for (const auto& process : import.processes) commands += process.commands.size();
  if (commands == 0)
    throw InputError(source, {}, "holds no operation that the model knows",
                     "was fsstress run with -v?");
  if (import.processes.size() > kMostTasks) {
    throw InputError(source, {},
                     fmt::format("{} processes are more than the {} tasks that a scenario may have",
                                 import.processes.size(), kMostTasks));
  }
  if (commands > kMostOperations) {
    throw InputError(source, {},
                     fmt::format("{} operations are more than the {} that a scenario may have",
                                 commands, kMostOperations),
                     "cut the log");
  }
}

/// Opens the files that are used. A file that the log did not create had content before its first
/// line.
std::vector<std::string> setup_of(const FsstressImport& import) {
  std::vector<std::string> setup;
  for (const auto& file : import.files) {
    if (!file.used) continue;
    setup.push_back("open -f " + file.name);
    if (file.created || file.size == 0) continue;
    Command fill;
    fill.verb = file.blocks > 0 ? Verb::pwrite : Verb::truncate;
    fill.file = file.name;
    fill.length = file.size;
    setup.push_back(to_string(fill));
  }
  return setup;
}

/// "0/4" of "0/4: dwrite ...".
std::string_view line_label(const Command& command) {
  return std::string_view(command.text).substr(0, command.text.find(':'));
}

std::string task_text(const FsstressImport::Process& process) {
  std::vector<std::pair<std::string, std::string_view>> rows;
  std::size_t width = 0;
  for (const Command& command : process.commands) {
    if (command.verb == Verb::open) continue;  // setup opened it
    rows.emplace_back(json_string(to_string(command)), line_label(command));
    width = std::max(width, rows.back().first.size() + 1);
  }
  std::string text = fmt::format("    \"p{:x}\": [\n", process.number);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string item = rows[i].first + (i + 1 < rows.size() ? "," : "");
    text += fmt::format("      {:<{}} // {}\n", item, width, rows[i].second);
  }
  return text + "    ]";
}

}  // namespace

std::string to_scenario_json(const FsstressImport& import, const FsstressScenarioOptions& options) {
  check_limits(import, options.source);
  std::vector<std::string> setup;
  for (const std::string& command : setup_of(import))
    setup.push_back("    " + json_string(command));
  std::vector<std::string> tasks;
  for (const auto& process : import.processes) tasks.push_back(task_text(process));
  return fmt::format(R"({{ "fsweave": 1,
  "source": {},
  "fs":    {{ "type": {} }},
  "setup": [
{}
  ],
  "tasks": {{
{}
  }},
  "teardown": ["sync", "umount"],
  "cases": [
    {{ "name": "random", "search": {{ "strategy": "random", "seed": {}, "runs": {} }} }}
  ] }}
)",
                     json_string(options.source), json_string(options.filesystem),
                     fmt::join(setup, ",\n"), fmt::join(tasks, ",\n"), options.seed, options.runs);
}

}  // namespace scenario

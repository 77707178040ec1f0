#include "core/scenario/digest.hpp"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace scenario {
namespace {

std::string spell(const ParameterValue& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  return std::to_string(std::get<std::uint64_t>(value));
}

void append(std::string& text, std::string_view list, const std::vector<Command>& commands) {
  text += fmt::format("{} {}\n", list, commands.size());
  for (const Command& command : commands) text += to_string(command) + '\n';
}

}  // namespace

std::string canonical_text(const Scenario& scenario) {
  std::string text = fmt::format("fsweave 1\nfs {}\n", scenario.fs.type);
  for (const auto& [name, value] : scenario.fs.parameters)
    text += fmt::format("{} {}\n", name, spell(value));
  append(text, "setup", scenario.setup);
  for (const TaskList& task : scenario.tasks) append(text, "task " + task.name, task.commands);
  for (const TaskList& task : scenario.environment)
    append(text, "environment " + task.name, task.commands);
  append(text, "teardown", scenario.teardown);
  return text;
}

std::string canonical_text(const Case& the_case) {
  std::string text = fmt::format("era {}\n", the_case.era ? the_case.era->text : "");
  for (const Revert& revert : the_case.revert) text += fmt::format("revert {}\n", revert.hash);
  for (const FixChoice& choice : the_case.fixes)
    text += fmt::format("fix {} {}\n", choice.fix, choice.variant);
  text += fmt::format("explore_teardown {}\n", the_case.explore_teardown);
  return text;
}

std::string digest(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", std::uint64_t{hash.high64}, std::uint64_t{hash.low64});
}

std::string scenario_digest(const Scenario& scenario, const Case& the_case) {
  return digest(canonical_text(scenario) + canonical_text(the_case));
}

}  // namespace scenario

#include "cli/scenario_input.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/errors.hpp"
#include "core/scenario/case_plan.hpp"
#include "core/scenario/filesystem.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/names.hpp"

namespace cli {

namespace fs = std::filesystem;
using scenario::InputError;

scenario::Scenario load_scenario(const std::string& path) {
  scenario::ScenarioContext context;
  for (const scenario::FileSystemKind* kind : scenario::filesystem_kinds())
    context.spawned_tasks.insert(context.spawned_tasks.end(), kind->spawned_tasks.begin(),
                                 kind->spawned_tasks.end());
  scenario::Scenario read = scenario::read_scenario(path, context);
  scenario::check_filesystem(read);
  return read;
}

const scenario::Case& case_named(const scenario::Scenario& scenario, const std::string& name) {
  if (const scenario::Case* found = scenario.find_case(name)) return *found;
  std::vector<std::string_view> names;
  for (const scenario::Case& known : scenario.cases) names.push_back(known.name);
  const std::string suggestion = scenario::did_you_mean(name, names);
  throw UsageError(fmt::format("{} has no case '{}'{}", scenario::printable(scenario.file),
                               scenario::printable(name),
                               suggestion.empty() ? "" : " (" + suggestion + ")"));
}

std::vector<std::string> scenario_files(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (!fs::exists(path, error)) throw InputError(path, {}, "no such file or directory");
    return {path};
  }
  std::vector<std::string> files;
  fs::recursive_directory_iterator entries(path, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().string();
    if (name.ends_with(".json") && !name.ends_with(".schema.json")) files.push_back(name);
  }
  if (error) throw InputError(path, {}, "cannot be read: " + error.message());
  if (files.empty()) throw InputError(path, {}, "holds no scenario", "scenarios end in .json");
  std::sort(files.begin(), files.end());
  return files;
}

std::string name_in_trace(const std::string& path) {
  const fs::path given = fs::path(path).lexically_normal();
  if (given.is_relative()) return given.string();
  std::error_code error;
  const fs::path here = given.lexically_relative(fs::current_path(error));
  const bool below = !error && !here.empty() && *here.begin() != "..";
  return below ? here.string() : given.filename().string();
}

std::string find_named_scenario(const std::string& name, const std::string& named_by) {
  std::error_code error;
  if (fs::exists(name, error)) return name;
  const fs::path beside = fs::path(named_by).parent_path() / fs::path(name).filename();
  if (fs::exists(beside, error)) return beside.string();
  throw InputError(named_by, {},
                   fmt::format("is of the scenario {}, which is neither there, seen from here, nor "
                               "beside this file",
                               name),
                   "--scenario FILE says where it is");
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain = "_-./:=+,@%";
  const auto plain = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kPlain.find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string command_for(const std::string& command, const std::string& file,
                        const std::string& case_name) {
  std::string text = "fsweave " + command + " " + shell_word(file);
  if (!case_name.empty()) text += " --case " + shell_word(case_name);
  return text;
}

}  // namespace cli

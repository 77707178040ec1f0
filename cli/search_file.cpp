#include "cli/search_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/output_file.hpp"
#include "cli/scenario_input.hpp"
#include "cli/search_text.hpp"
#include "core/scenario/digest.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/input_file.hpp"
#include "core/scenario/search_strategies.hpp"

namespace cli {
namespace {

using nlohmann::json;
using scenario::InputError;

constexpr int kFormat = 1;
constexpr std::size_t kLargest = std::size_t{1} << 30;
constexpr std::string_view kDigestHead = "{\"digest\":\"";

/// Another build may run other executions under the same version.
std::string program() {
  const std::string own = scenario::read_input_file("/proc/self/exe", kLargest);
  return fmt::format("fsweave {} {}", FSWEAVE_VERSION, scenario::digest(own));
}

json head_of(const SearchState& state) {
  const SearchAbout& about = state.about;
  return {{"fsweave_search", kFormat},    {"program", about.program},
          {"scenario", about.scenario},   {"case", about.case_name},
          {"digest", about.digest},       {"kernel", about.kernel},
          {"strategy", about.strategy},   {"seed", about.seed},
          {"runs", about.runs},           {"shard", about.shard.first},
          {"shards", about.shard.second}, {"most_bytes", about.most_bytes},
          {"left", state.left.size()},    {"given_up", state.given_up.units.size()},
          {"why", state.given_up.why}};
}

SearchAbout about_of(const json& head) {
  return {head.at("program"),   head.at("scenario"), head.at("case"),
          head.at("digest"),    head.at("kernel"),   head.at("strategy"),
          head.at("seed"),      head.at("runs"),     {head.at("shard"), head.at("shards")},
          head.at("most_bytes")};
}

/// The next line of `text`, which loses it.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) throw DamagedText("a line is missing");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::vector<scenario::Unit> units_of(std::string_view& text, std::size_t count) {
  std::vector<scenario::Unit> units;
  for (std::size_t i = 0; i < count; ++i) units.push_back(unit_of_line(next_line(text)));
  return units;
}

SearchState state_of(std::string_view text) {
  const json head = json::parse(next_line(text));
  if (head.at("fsweave_search") != kFormat)
    throw DamagedText("it is of another format than this fsweave writes");
  SearchState state;
  state.about = about_of(head);
  state.share = share_of_line(next_line(text));
  state.left = units_of(text, head.at("left"));
  state.given_up.why = head.at("why");
  state.given_up.seen = share_of_line(next_line(text));
  state.given_up.units = units_of(text, head.at("given_up"));
  if (!text.empty()) throw DamagedText("there is a line too many");
  return state;
}

std::string digest_line(std::string_view text) {
  return fmt::format("{}{}\"}}\n", kDigestHead, scenario::digest(text));
}

}  // namespace

SearchAbout about_search(const scenario::Scenario& scenario, const scenario::Case& the_case,
                         const std::string& kernel, const scenario::Search& how) {
  const bool sampled = scenario::samples(how.strategy);
  std::string meaning = scenario::canonical_text(scenario) + scenario::canonical_text(the_case);
  if (scenario.window)
    meaning += fmt::format("window {} {} {}\n", scenario.window->task, scenario.window->from,
                           scenario.window->to);
  return {program(),
          name_in_trace(scenario.file),
          scenario.cases.empty() ? "" : the_case.name,
          scenario::digest(meaning),
          kernel,
          std::string(scenario::strategy_word(how.strategy)),
          sampled ? how.seed : 0,
          sampled ? how.runs : 0,
          {1, 1},
          0};
}

void write_search_file(const SearchState& state, const std::string& path) {
  std::string text = head_of(state).dump() + '\n' + to_line(state.share) + '\n';
  for (const scenario::Unit& unit : state.left) text += to_line(unit) + '\n';
  text += to_line(state.given_up.seen) + '\n';
  for (const scenario::Unit& unit : state.given_up.units) text += to_line(unit) + '\n';
  text += digest_line(text);
  write_output(path, text);
}

SearchState read_search_file(const std::string& path) {
  const std::string text = scenario::read_input_file(path, kLargest);
  if (text.substr(0, text.find('\n')).find("\"fsweave_search\":") == std::string::npos)
    throw InputError(path, {}, "is no result of a search",
                     "explore --checkpoint writes them, over no other file");
  const std::size_t at = text.rfind(kDigestHead);
  if (at == std::string::npos ||
      text.substr(at) != digest_line(std::string_view(text).substr(0, at)))
    throw InputError(path, {}, "is damaged: its digest is not that of what it holds");
  try {
    return state_of(std::string_view(text).substr(0, at));
  } catch (const json::exception& error) {
    throw InputError(path, {}, fmt::format("cannot be read: {}", error.what()));
  } catch (const DamagedText& error) {
    throw InputError(path, {}, fmt::format("cannot be read: {}", error.what()));
  }
}

std::string other_search(const SearchAbout& found, const SearchAbout& wanted) {
  const auto differs = [](std::string_view what, const auto& a, const auto& b) {
    return fmt::format("its {} is {}, not {}", what, a, b);
  };
  if (found.scenario != wanted.scenario)
    return differs("scenario", found.scenario, wanted.scenario);
  if (found.case_name != wanted.case_name)
    return differs("case", found.case_name, wanted.case_name);
  if (found.strategy != wanted.strategy)
    return differs("strategy", found.strategy, wanted.strategy);
  if (found.seed != wanted.seed) return differs("seed", found.seed, wanted.seed);
  if (found.runs != wanted.runs) return differs("number of runs", found.runs, wanted.runs);
  if (found.kernel != wanted.kernel) return differs("kernel", found.kernel, wanted.kernel);
  if (found.digest != wanted.digest) return "the scenario has changed since";
  if (found.shard.second != wanted.shard.second)
    return differs("number of shards", found.shard.second, wanted.shard.second);
  if (found.most_bytes != wanted.most_bytes)
    return differs("limit of memory in bytes", found.most_bytes, wanted.most_bytes);
  if (found.program != wanted.program) return "another build of fsweave wrote it";
  return {};
}

}  // namespace cli

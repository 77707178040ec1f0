#include "sim/trace_line.hpp"

#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/text.hpp"

namespace sim::trace_line {
namespace {

using Json = nlohmann::ordered_json;

/// ASCII only; bytes that are no UTF-8 become the replacement character. The closing brace is left
/// to the check.
std::string open_text(const Json& json) {
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  text.pop_back();
  return text;
}

std::string hex(std::uint64_t value) { return fmt::format("{:#x}", value); }

Json json_of(const TraceWindow& window) {
  return {{"task", window.task}, {"from", window.from}, {"to", window.to}};
}

Json json_of(const std::vector<TraceChoice>& choices) {
  Json list = Json::array();
  for (const TraceChoice& choice : choices)
    list.push_back({{"what", choice.what}, {"options", choice.options}, {"value", choice.value}});
  return list;
}

Json json_of(const TraceOptions& options) {
  Json json = {{"max_steps", options.max_steps},
               {"narrate", options.narrate},
               {"detect_races", options.detect_races},
               {"explore_teardown", options.explore_teardown}};
  if (options.watched) json["watched"] = json_of(*options.watched);
  if (!options.held.empty()) {
    json["held"] = Json::array();
    for (const TraceWindow& window : options.held) json["held"].push_back(json_of(window));
  }
  return json;
}

Json json_of(const TraceFinding& finding) {
  Json json = {{"kind", finding.kind}, {"name", finding.name}, {"text", finding.text}};
  if (finding.step) json["step"] = *finding.step;
  if (!finding.task.empty()) json["task"] = finding.task;
  return json;
}

/// Access to what a line holds; what does not fit is refused.
class Fields {
 public:
  explicit Fields(const Json& json) : json_(json) {
    if (!json.is_object()) throw Refused("an object should stand here");
  }

  bool has(const char* key) const { return json_.contains(key); }
  const Json& at(const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end()) throw Refused(fmt::format("\"{}\" is missing", key));
    return *found;
  }
  std::string text(const char* key) const {
    if (!at(key).is_string()) throw Refused(fmt::format("\"{}\" should be a text", key));
    return at(key).get<std::string>();
  }
  std::string text_if(const char* key) const { return has(key) ? text(key) : std::string(); }
  bool flag(const char* key) const {
    if (!at(key).is_boolean()) throw Refused(fmt::format("\"{}\" should be true or false", key));
    return at(key).get<bool>();
  }
  std::uint32_t number(const char* key) const { return number(at(key), key); }
  const Json& list(const char* key) const {
    if (!at(key).is_array()) throw Refused(fmt::format("\"{}\" should be a list", key));
    return at(key);
  }
  std::uint64_t hex_number(const char* key) const {
    const std::string digits = text(key);
    std::uint64_t value = 0;
    if (digits.size() < 3 || digits.size() > 18) throw_hex(key);
    for (const char c : digits.substr(2)) {
      const bool digit = c >= '0' && c <= '9';
      if (!digit && !(c >= 'a' && c <= 'f')) throw_hex(key);
      value = value << 4 | static_cast<std::uint64_t>(digit ? c - '0' : c - 'a' + 10);
    }
    return value;
  }

  static std::uint32_t number(const Json& json, const char* key) {
    if (!json.is_number_unsigned() ||
        json.get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max())
      throw Refused(fmt::format("\"{}\" should be an integer below 2^32", key));
    return json.get<std::uint32_t>();
  }

 private:
  [[noreturn]] static void throw_hex(const char* key) {
    throw Refused(fmt::format("\"{}\" should be a hexadecimal number", key));
  }
  const Json& json_;
};

std::vector<std::string> texts_of(const Json& list, const char* key) {
  std::vector<std::string> texts;
  for (const Json& item : list) {
    if (!item.is_string()) throw Refused(fmt::format("\"{}\" should hold texts", key));
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::vector<TraceChoice> choices_of(const Json& list) {
  std::vector<TraceChoice> choices;
  for (const Json& item : list) {
    const Fields fields(item);
    choices.push_back({fields.text("what"), fields.number("options"), fields.number("value")});
  }
  return choices;
}

TraceWindow window_of(const Json& json) {
  const Fields fields(json);
  return {fields.text("task"), fields.text("from"), fields.text("to")};
}

TraceOptions options_of(const Json& json) {
  const Fields fields(json);
  TraceOptions options{fields.number("max_steps"),
                       fields.flag("narrate"),
                       fields.flag("detect_races"),
                       fields.flag("explore_teardown"),
                       {},
                       {}};
  if (fields.has("watched")) options.watched = window_of(fields.at("watched"));
  if (fields.has("held"))
    for (const Json& item : fields.list("held")) options.held.push_back(window_of(item));
  return options;
}

Phase phase_of(const std::string& text) {
  for (const Phase phase : {Phase::setup, Phase::explored, Phase::teardown})
    if (word(phase) == text) return phase;
  throw Refused("\"phase\" should be setup, explored or teardown");
}

TraceOperation operation_of(const Json& json) {
  const Fields fields(json);
  TraceOperation op;
  op.kind = fields.text("kind");
  op.access = fields.text("access");
  op.object = fields.text_if("object");
  if (fields.has("range")) {
    const Json& range = fields.list("range");
    if (range.size() != 2) throw Refused("\"range\" should be [begin, end]");
    op.begin = Fields::number(range[0], "range");
    op.end = Fields::number(range[1], "range");
  }
  if (fields.has("value")) op.value = fields.number("value");
  return op;
}

std::vector<CounterChange> counters_of(const Json& json) {
  if (!json.is_object()) throw Refused("\"counters\" should be an object");
  std::vector<CounterChange> changes;
  for (const auto& [name, value] : json.items()) {
    if (!value.is_number_integer() ||
        (value.is_number_unsigned() &&
         value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}))
      throw Refused("a counter should be a 64-bit integer");
    changes.push_back({name, value.get<std::int64_t>()});
  }
  return changes;
}

TraceFinding finding_of(const Json& json) {
  const Fields fields(json);
  TraceFinding finding{fields.text("kind"), fields.text("name"), fields.text("text"), {}, {}};
  if (fields.has("step")) finding.step = fields.number("step");
  finding.task = fields.text_if("task");
  return finding;
}

/// The library reads any depth, but destroys and copies by recursion.
void refuse_depth(std::string_view line) {
  constexpr int kDeepest = 8;
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
      continue;
    }
    if (c == '"') in_text = true;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kDeepest) throw Refused("it nests deeper than a trace does");
  }
}

Json parse(std::string_view line) {
  refuse_depth(line);
  Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded()) throw Refused("it is no JSON");
  return json;
}

}  // namespace

std::string header(const TraceFile& trace) {
  const TraceAbout& about = trace.about;
  Json json = {{"format", "fsweave-trace"},  {"version", kVersion},
               {"scenario", about.scenario}, {"scenario_digest", about.scenario_digest},
               {"fixes", about.fixes},       {"strategy", about.strategy}};
  if (about.seed) json["seed"] = hex(*about.seed);
  json["case"] = about.case_name;
  json["options"] = json_of(trace.options);
  json["about"] = Json::object();
  for (const auto& [key, value] : about.more) json["about"][key] = value;
  json["counters"] = trace.counter_names;
  if (!trace.at_start.empty()) json["choices"] = json_of(trace.at_start);
  return open_text(json);
}

std::string step(const TraceStep& step, std::size_t index) {
  Json op = {{"kind", step.op.kind}, {"access", step.op.access}};
  if (!step.op.object.empty()) op["object"] = step.op.object;
  const TraceOperation whole;
  if (step.op.begin != whole.begin || step.op.end != whole.end)
    op["range"] = {step.op.begin, step.op.end};
  if (step.op.value != 0) op["value"] = step.op.value;
  Json json = {{"step", index},
               {"phase", word(step.phase)},
               {"task", step.task},
               {"enabled", step.enabled},
               {"operation", op}};
  if (!step.label.empty()) json["label"] = step.label;
  if (!step.choices.empty()) json["choices"] = json_of(step.choices);
  if (!step.counters.empty()) {
    json["counters"] = Json::object();
    for (const CounterChange& change : step.counters) json["counters"][change.name] = change.value;
  }
  return open_text(json);
}

std::string footer(const TraceFile& trace, const std::string& digest) {
  Json findings = Json::array();
  for (const TraceFinding& finding : trace.findings) findings.push_back(json_of(finding));
  const Json json = {{"ending", trace.ending},
                     {"findings", findings},
                     {"steps", trace.steps.size()},
                     {"tasks", trace.tasks},
                     {"final_state", hex(trace.final_state)},
                     {"digest", digest}};
  return open_text(json);
}

void read_header(std::string_view line, TraceFile& trace) {
  const Json json = parse(line);
  const Fields fields(json);
  TraceAbout& about = trace.about;
  about.scenario = fields.text("scenario");
  about.scenario_digest = fields.text("scenario_digest");
  about.fixes = fields.text("fixes");
  about.strategy = fields.text("strategy");
  if (fields.has("seed")) about.seed = fields.hex_number("seed");
  about.case_name = fields.text("case");
  trace.options = options_of(fields.at("options"));
  const Json& more = fields.at("about");
  if (!more.is_object()) throw Refused("\"about\" should be an object");
  for (const auto& [key, value] : more.items()) {
    if (!value.is_string()) throw Refused("\"about\" should hold texts");
    about.more.emplace_back(key, value.get<std::string>());
  }
  trace.counter_names = texts_of(fields.list("counters"), "counters");
  if (fields.has("choices")) trace.at_start = choices_of(fields.list("choices"));
}

void read_step(std::string_view line, TraceFile& trace) {
  const Json json = parse(line);
  const Fields fields(json);
  TraceStep step;
  if (fields.number("step") != trace.steps.size())
    throw Refused(fmt::format("step {} should stand here", trace.steps.size()));
  step.phase = phase_of(fields.text("phase"));
  step.task = fields.text("task");
  step.enabled = texts_of(fields.list("enabled"), "enabled");
  step.op = operation_of(fields.at("operation"));
  step.label = fields.text_if("label");
  if (fields.has("choices")) step.choices = choices_of(fields.list("choices"));
  if (fields.has("counters")) step.counters = counters_of(fields.at("counters"));
  trace.steps.push_back(std::move(step));
}

void read_footer(std::string_view line, TraceFile& trace) {
  const Json json = parse(line);
  const Fields fields(json);
  trace.ending = fields.text("ending");
  for (const Json& finding : fields.list("findings")) trace.findings.push_back(finding_of(finding));
  if (fields.number("steps") != trace.steps.size())
    throw Refused(
        fmt::format("it counts other steps than the {} that stand above", trace.steps.size()));
  trace.tasks = fields.number("tasks");
  trace.final_state = fields.hex_number("final_state");
  trace.digest = fields.text("digest");
}

bool is_footer(std::string_view line) { return line.starts_with("{\"ending\":"); }

}  // namespace sim::trace_line

#include "core/scenario/schema.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "core/scenario/names.hpp"
#include "core/scenario/schema_text.hpp"

namespace scenario {
namespace {

using nlohmann::json;
using Errors = valijson::ValidationResults;

constexpr std::size_t kMostValuesExplained = 50'000;

const json& schema_json() {
  static const json schema = json::parse(kScenarioSchema);
  return schema;
}

const valijson::Schema& compiled_schema() {
  static const std::unique_ptr<const valijson::Schema> compiled = [] {
    auto schema = std::make_unique<valijson::Schema>();
    valijson::adapters::NlohmannJsonAdapter adapter(schema_json());
    valijson::SchemaParser().populateSchema(adapter, *schema);
    return schema;
  }();
  return *compiled;
}

/// "[key]" or "[3]", as Valijson writes a step of a path, without its brackets.
std::string_view step_name(std::string_view step) { return step.substr(1, step.size() - 2); }

const json& follow_reference(const json& node) {
  const auto reference = node.find("$ref");
  if (reference == node.end()) return node;
  return schema_json().at(json::json_pointer(reference->get<std::string>().substr(1)));
}

/// The schema's node for a place of the document; null where the schema says nothing about it.
const json* schema_at(const std::vector<std::string>& path) {
  const json* node = &schema_json();
  for (std::size_t i = 1; i < path.size(); ++i) {
    const std::string key(step_name(path[i]));
    const auto properties = node->find("properties");
    if (properties != node->end() && properties->contains(key)) {
      node = &properties->at(key);
    } else if (node->contains("items")) {
      node = &node->at("items");
    } else if (node->contains("additionalProperties") &&
               node->at("additionalProperties").is_object()) {
      node = &node->at("additionalProperties");
    } else {
      return nullptr;
    }
    node = &follow_reference(*node);
  }
  return node;
}

struct Place {
  JsonView value;
  bool keyed = false;
};

Place place_of(const JsonDocument& document, const std::vector<std::string>& path) {
  Place place{document.root()};
  for (std::size_t i = 1; i < path.size(); ++i) {
    const std::string_view name = step_name(path[i]);
    auto inner = place.value.is_array() ? place.value.at(std::stoul(std::string(name)))
                                        : place.value.find(name);
    if (!inner) break;
    place = {*inner, place.value.is_object()};
  }
  return place;
}

std::vector<std::string_view> strings_of(const json& list) {
  std::vector<std::string_view> result;
  for (const json& item : list) {
    if (item.is_string()) result.push_back(item.get_ref<const std::string&>());
  }
  return result;
}

std::vector<std::string_view> known_keys(const json* node) {
  std::vector<std::string_view> keys;
  if (node == nullptr || !node->contains("properties")) return keys;
  for (const auto& [key, value] : node->at("properties").items()) keys.push_back(key);
  return keys;
}

std::string quoted_word(std::string_view description) {
  const std::size_t begin = description.find_last_of('\'', description.find_last_of('\'') - 1);
  const std::size_t end = description.find_last_of('\'');
  return std::string(description.substr(begin + 1, end - begin - 1));
}

[[noreturn]] void fail_unknown_key(const Place& place, const json* node) {
  const auto keys = known_keys(node);
  for (const auto& [key, value] : place.value.members()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      value.fail_at_key(fmt::format("unknown key '{}'", key), did_you_mean(key, keys));
    }
  }
  place.value.fail("a key that is not known here");
}

/// The schema's words for types as a user of scenarios would say them.
std::string in_words(const json& type) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"object", "{ ... }"},     {"array", "a list [ ... ]"},  {"string", "a string"},
      {"integer", "an integer"}, {"boolean", "true or false"},
  };
  for (const auto& [word, words] : kWords)
    if (type == word) return std::string(words);
  return type.get<std::string>();
}

[[noreturn]] void fail_type(const Place& place, const json& type) {
  std::string list;
  const json types = type.is_array() ? type : json::array({type});
  for (const json& name : types) list += (list.empty() ? "" : " or ") + in_words(name);
  place.value.fail(list + " is expected here");
}

/// A list or an object with too few or too many entries.
[[noreturn]] void fail_count(const Place& place, const json& node) {
  const bool is_list = place.value.is_array();
  const auto least = node.value(is_list ? "minItems" : "minProperties", std::size_t{0});
  const auto most = node.value(is_list ? "maxItems" : "maxProperties", kMostJsonValues);
  const std::size_t count = is_list ? place.value.elements().size() : place.value.members().size();
  place.value.fail(count < least
                       ? fmt::format("too little is named here: {}, not {} at least", count, least)
                       : fmt::format("too much is named here: {}, not {} at most", count, most));
}

[[noreturn]] void fail_enum(const Place& place, const json& node) {
  const json& values = node.contains("enum") ? node.at("enum") : node.at("then").at("enum");
  const auto words = strings_of(values);
  if (place.value.is_string()) {
    place.value.fail(fmt::format("'{}' is not known here", place.value.string()),
                     did_you_mean(place.value.string(), words));
  }
  place.value.fail("this value is not known here", fmt::format("known: {}", values.dump()));
}

[[noreturn]] void explain(const JsonDocument& document, const Errors::Error& error) {
  const Place place = place_of(document, error.context);
  const json* node = schema_at(error.context);
  const std::string& description = error.description;
  if (description.starts_with("Object contains a property")) fail_unknown_key(place, node);
  if (description.starts_with("Missing required property")) {
    place.value.fail(fmt::format("the key '{}' is missing", quoted_word(description)));
  }
  if (node != nullptr && description.starts_with("Value type not permitted"))
    fail_type(place, node->at("type"));
  if (node != nullptr && description.starts_with("Failed to match against any enum"))
    fail_enum(place, *node);
  if (node != nullptr && description.starts_with("Expected number")) {
    const json least = node->value("minimum", json(0));
    const json most = node->value("maximum", json("2^64 - 1"));
    place.value.fail(fmt::format("the number must lie between {} and {}", least.dump(),
                                 most.is_string() ? most.get<std::string>() : most.dump()));
  }
  const bool counts = description.starts_with("Array should contain no") ||
                      description.starts_with("Object should have no");
  if (node != nullptr && counts) fail_count(place, *node);
  place.value.fail(description.substr(0, description.find_last_not_of('.') + 1));
}

}  // namespace

std::string_view scenario_schema() { return kScenarioSchema; }

void check_schema(const JsonDocument& document) {
  const json plain = document.json();
  const valijson::adapters::NlohmannJsonAdapter adapter(plain);
  valijson::Validator validator;
  Errors errors;
  const bool explained = document.value_count() <= kMostValuesExplained;
  if (validator.validate(compiled_schema(), adapter, explained ? &errors : nullptr)) return;
  const Errors::Error* deepest = nullptr;
  for (const Errors::Error& error : errors) {
    if (deepest == nullptr || error.context.size() > deepest->context.size()) deepest = &error;
  }
  if (deepest != nullptr) explain(document, *deepest);
  throw InputError(document.file(), {}, "does not have the form of a scenario",
                   "compare it with scenarios/scenario.schema.json");
}

}  // namespace scenario

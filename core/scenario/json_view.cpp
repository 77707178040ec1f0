#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/scenario/json_reader.hpp"

namespace scenario {
namespace {

/// A file may be one line of 16 MiB: columns are counted from the nearest of these steps.
constexpr std::size_t kStride = 512;

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0u) != 0x80u; }

}  // namespace

JsonDocument::JsonDocument(std::string file, std::string text,
                           std::unique_ptr<nlohmann::ordered_json> root, std::vector<Node> nodes)
    : file_(std::move(file)),
      text_(std::move(text)),
      root_(std::move(root)),
      nodes_(std::move(nodes)) {
  line_starts_.push_back(0);
  std::uint32_t characters = 0;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (i % kStride == 0) characters_before_.push_back(characters);
    characters += begins_character(text_[i]);
    if (text_[i] == '\n') line_starts_.push_back(static_cast<std::uint32_t>(i + 1));
  }
  characters_before_.push_back(characters);
}

JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

JsonView JsonDocument::root() const { return JsonView(*this, *root_, 0); }

std::uint32_t JsonDocument::characters_before(std::size_t offset) const {
  std::uint32_t count = characters_before_[offset / kStride];
  for (std::size_t i = offset - offset % kStride; i < offset; ++i)
    count += begins_character(text_[i]);
  return count;
}

Position JsonDocument::position_at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next_line = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const std::uint32_t column = characters_before(offset) - characters_before(*(next_line - 1)) + 1;
  return {static_cast<std::uint32_t>(next_line - line_starts_.begin()), column};
}

bool JsonView::is_object() const { return json_->is_object(); }
bool JsonView::is_array() const { return json_->is_array(); }
bool JsonView::is_string() const { return json_->is_string(); }
bool JsonView::is_unsigned() const { return json_->is_number_unsigned(); }
bool JsonView::is_bool() const { return json_->is_boolean(); }

const std::string& JsonView::string() const {
  if (!is_string()) fail("a string is expected here");
  return json_->get_ref<const std::string&>();
}

std::uint64_t JsonView::unsigned_integer() const {
  if (!is_unsigned()) fail("an integer from 0 is expected here");
  return json_->get<std::uint64_t>();
}

bool JsonView::boolean() const {
  if (!is_bool()) fail("true or false is expected here");
  return json_->get<bool>();
}

std::vector<std::pair<std::string_view, JsonView>> JsonView::members() const {
  if (!is_object()) fail("an object is expected here");
  std::vector<std::pair<std::string_view, JsonView>> result;
  std::size_t node = node_ + 1;
  for (const auto& [key, value] : json_->get_ref<const nlohmann::ordered_json::object_t&>()) {
    result.emplace_back(key, JsonView(*document_, value, node));
    node = document_->nodes_[node].end;
  }
  return result;
}

std::vector<JsonView> JsonView::elements() const {
  if (!is_array()) fail("a list is expected here");
  std::vector<JsonView> result;
  std::size_t node = node_ + 1;
  for (const auto& value : *json_) {
    result.push_back(JsonView(*document_, value, node));
    node = document_->nodes_[node].end;
  }
  return result;
}

std::optional<JsonView> JsonView::find(std::string_view key) const {
  if (!is_object()) return std::nullopt;
  for (const auto& [name, view] : members()) {
    if (name == key) return view;
  }
  return std::nullopt;
}

std::optional<JsonView> JsonView::at(std::size_t index) const {
  if (!is_array() || index >= json_->size()) return std::nullopt;
  return elements()[index];
}

Position JsonView::position() const {
  return document_->position_at(document_->nodes_[node_].offset);
}
Position JsonView::key_position() const {
  return document_->position_at(document_->nodes_[node_].key_offset);
}

PlacedText JsonView::placed_string() const {
  const std::size_t start = document_->nodes_[node_].offset;
  const std::string& text = string();
  const bool verbatim = document_->text_.compare(start + 1, text.size(), text) == 0;
  return {file(), text, document_->position_at(verbatim ? start + 1 : start), verbatim};
}

void JsonView::fail(std::string_view sentence, std::string_view suggestion) const {
  throw InputError(file(), position(), sentence, suggestion);
}

void JsonView::fail_at_key(std::string_view sentence, std::string_view suggestion) const {
  throw InputError(file(), key_position(), sentence, suggestion);
}

}  // namespace scenario

#include "core/scenario/json_reader.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/scenario/input_file.hpp"

namespace scenario {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Where the tokens of a document stand. nlohmann's SAX events carry no place, so this walks the
/// same text one token behind the parser, which has checked every token that it reports.
class TokenCursor {
 public:
  explicit TokenCursor(std::string_view text)
      : text_(text), at_(text.starts_with(kByteOrderMark) ? 3 : 0) {}

  /// Offset of the next token; commas and colons count as blanks.
  std::size_t peek() {
    passed_comma_ = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':') {
        passed_comma_ = passed_comma_ || c == ',';
        ++at_;
      } else if (c == '/') {
        skip_comment();
      } else {
        break;
      }
    }
    return at_;
  }

  /// The same, and steps behind the token.
  std::size_t take() {
    const std::size_t start = peek();
    if (at_ >= text_.size()) return start;
    const char first = text_[at_++];
    if (first == '"') {
      while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
      ++at_;
    } else if (std::string_view("{}[]").find(first) == std::string_view::npos) {
      at_ = std::min(text_.find_first_of(",:]}/ \t\r\n\"{[", at_), text_.size());
    }
    return start;
  }

  bool passed_comma() const { return passed_comma_; }

 private:
  void skip_comment() {
    const bool block = text_.substr(at_).starts_with("/*");
    const std::size_t end = block ? text_.find("*/", at_ + 2) : text_.find_first_of("\r\n", at_);
    at_ = end == std::string_view::npos ? text_.size() : end + (block ? 2 : 0);
  }

  std::string_view text_;
  std::size_t at_;
  bool passed_comma_ = false;
};

/// Line and column without a JsonDocument.
Position position_in(std::string_view text, std::size_t offset) {
  Position position{1, 1};
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      position = {position.line + 1, 1};
    } else if ((static_cast<unsigned char>(c) & 0xC0u) != 0x80u) {
      ++position.column;
    }
  }
  return position;
}

bool is_control(unsigned char c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

/// Builds the tree and the table of places from nlohmann's events.
class TreeBuilder final : public nlohmann::json_sax<ordered_json> {
 public:
  TreeBuilder(std::string_view text, const std::string& file)
      : text_(text), file_(file), cursor_(text) {}

  bool null() override { return value(nullptr); }
  bool boolean(bool v) override { return value(v); }
  bool number_integer(number_integer_t v) override { return value(v); }
  bool number_unsigned(number_unsigned_t v) override { return value(v); }
  bool number_float(number_float_t, const string_t& spelling) override {
    if (spelling.find_first_of(".eE") == std::string::npos) {
      fail(cursor_.peek(), "the integer " + spelling + " does not fit into 64 bits");
    }
    fail(cursor_.peek(), "the number " + spelling + " is no integer", "write whole numbers only");
  }
  bool string(string_t& v) override {
    check_string(v);
    return value(std::move(v));
  }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override { return open(ordered_json::object()); }
  bool start_array(std::size_t) override { return open(ordered_json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    check_string(name);
    key_offset_ = cursor_.take();
    const auto& object = stack_.back().json->get_ref<const ordered_json::object_t&>();
    if (object.find(name) != object.end()) {
      fail(key_offset_, "the key '" + name + "' stands here for the second time",
           "keep one of the two");
    }
    if (object.size() >= kMostJsonKeys)
      fail(key_offset_, fmt::format("more than {} keys in one object", kMostJsonKeys));
    key_ = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) override;

  std::unique_ptr<ordered_json> take_root() { return std::move(root_); }
  std::vector<JsonDocument::Node> take_nodes() { return std::move(nodes_); }

 private:
  struct Level {
    ordered_json* json;
    std::size_t node;
  };

  [[noreturn]] void fail(std::size_t offset, const std::string& sentence,
                         const std::string& suggestion = {}) const {
    throw InputError(file_, position_in(text_, offset), sentence, suggestion);
  }

  void check_string(const std::string& text) {
    const std::size_t offset = cursor_.peek();
    if (text.size() > kLongestJsonString) {
      fail(offset,
           fmt::format("a string of {} bytes; {} is the most", text.size(), kLongestJsonString));
    }
    for (const char c : text) {
      if (is_control(static_cast<unsigned char>(c)) || c == '\n' || c == '\r') {
        fail(offset, fmt::format("a control character (0x{:02x}) in a string",
                                 static_cast<unsigned char>(c)));
      }
    }
  }

  ordered_json& place(ordered_json&& json) {
    if (nodes_.size() >= kMostJsonValues)
      fail(cursor_.peek(), fmt::format("more than {} values", kMostJsonValues));
    const auto offset = static_cast<std::uint32_t>(cursor_.take());
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    if (stack_.empty()) {
      nodes_.push_back({offset, offset, index + 1});
      root_ = std::make_unique<ordered_json>(std::move(json));
      return *root_;
    }
    ordered_json& parent = *stack_.back().json;
    if (parent.is_object()) {
      nodes_.push_back({offset, static_cast<std::uint32_t>(key_offset_), index + 1});
      auto& object = parent.get_ref<ordered_json::object_t&>();
      return object.emplace(std::move(key_), std::move(json)).first->second;
    }
    nodes_.push_back({offset, offset, index + 1});
    parent.push_back(std::move(json));
    return parent.back();
  }

  bool value(ordered_json&& json) {
    place(std::move(json));
    return true;
  }

  bool open(ordered_json&& json) {
    if (stack_.size() >= kDeepestJson)
      fail(cursor_.peek(), fmt::format("nested deeper than {} levels", kDeepestJson));
    const std::size_t node = nodes_.size();
    ordered_json& placed = place(std::move(json));
    stack_.push_back({&placed, node});
    return true;
  }

  bool close() {
    cursor_.take();
    nodes_[stack_.back().node].end = static_cast<std::uint32_t>(nodes_.size());
    stack_.pop_back();
    return true;
  }

  std::string_view text_;
  const std::string& file_;
  TokenCursor cursor_;
  std::unique_ptr<ordered_json> root_;
  std::vector<JsonDocument::Node> nodes_;
  std::vector<Level> stack_;
  std::string key_;
  std::size_t key_offset_ = 0;
};

/// nlohmann's "[json...] parse error at line 1, column 5: syntax error while parsing value - X;
/// last read: 'Y'": X alone.
std::string reason_of(std::string message) {
  if (const auto dash = message.find(" - "); dash != std::string::npos) message.erase(0, dash + 3);
  if (const auto tail = message.find("; last read"); tail != std::string::npos) {
    const auto expected = message.find("; expected", tail);
    message =
        message.substr(0, tail) + (expected == std::string::npos ? "" : message.substr(expected));
  }
  return message;
}

bool TreeBuilder::parse_error(std::size_t position, const std::string&,
                              const nlohmann::detail::exception& error) {
  const std::size_t token = cursor_.peek();
  const std::size_t offset = std::min(token, position == 0 ? 0 : position - 1);
  const char found = token < text_.size() ? text_[token] : '\0';
  if (found == '\0' && stack_.empty() && root_ == nullptr)
    fail(0, "the file holds no JSON", "begin with { \"fsweave\": 1");
  if (cursor_.passed_comma() && (found == '}' || found == ']')) {
    fail(token, "a comma without anything behind it", "remove the comma in front of this bracket");
  }
  if (found == '\'')
    fail(token, "not valid JSON: a single quote", "strings stand in double quotes");
  if (stack_.empty() && root_ != nullptr)
    fail(token, "something stands behind the end of the document");
  fail(offset, "not valid JSON: " + reason_of(error.what()));
}

/// Refuses what no place of a text file may hold, so that the parser and the cursor see the same
/// text.
void check_characters(std::string_view text, const std::string& file) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at, 4));
    const auto head = static_cast<unsigned char>(text[at]);
    if (length == 0)
      throw InputError(file, position_in(text, at), "broken UTF-8", "save the file as UTF-8");
    if (is_control(head)) {
      throw InputError(file, position_in(text, at),
                       fmt::format("a control character (0x{:02x})", head), "remove it");
    }
    at += length;
  }
}

}  // namespace

JsonDocument read_json(std::string text, const std::string& file) {
  if (text.size() > kLargestScenarioFile) {
    throw InputError(file, {}, fmt::format("is larger than {} MiB", kLargestScenarioFile >> 20));
  }
  check_characters(text, file);
  TreeBuilder builder(text, file);
  ordered_json::sax_parse(text, &builder, nlohmann::detail::input_format_t::json, true, true);
  auto root = builder.take_root();
  auto nodes = builder.take_nodes();
  return JsonDocument(file, std::move(text), std::move(root), std::move(nodes));
}

}  // namespace scenario

/// JSON with // and /* */ comments, read strictly, every value with its place in the file.
/// Refused with an InputError: more than 16 MiB, more than 64 levels, more than 2,000,000 values,
/// more than 256 keys in an object, strings beyond 4096 bytes, duplicate keys, fractions, integers
/// that fit neither int64 nor uint64, control characters (also escaped ones), broken UTF-8,
/// anything after the document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/scenario/input_error.hpp"

namespace scenario {

inline constexpr std::size_t kDeepestJson = 64;
inline constexpr std::size_t kMostJsonValues = 2'000'000;
inline constexpr std::size_t kMostJsonKeys = 256;
inline constexpr std::size_t kLongestJsonString = 4096;

class JsonView;

/// A parsed document and where each of its values stands. Views point into it and must not outlive
/// it.
class JsonDocument {
 public:
  /// One value, in the order of the file.
  struct Node {
    std::uint32_t offset = 0;  ///< of its first byte
    std::uint32_t key_offset =
        0;  ///< of its key's opening quote; the value's own offset where it has no key
    std::uint32_t end = 0;  ///< index of the first node behind its subtree
  };

  JsonDocument(std::string file, std::string text, std::unique_ptr<nlohmann::ordered_json> root,
               std::vector<Node> nodes);
  JsonDocument(JsonDocument&&) noexcept;
  ~JsonDocument();

  const std::string& file() const { return file_; }
  const nlohmann::ordered_json& json() const { return *root_; }
  std::size_t value_count() const { return nodes_.size(); }
  JsonView root() const;

  /// Line and column of a byte of the file.
  Position position_at(std::size_t offset) const;

 private:
  friend class JsonView;
  std::uint32_t characters_before(std::size_t offset) const;

  std::string file_;
  std::string text_;
  std::unique_ptr<nlohmann::ordered_json> root_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> line_starts_;
  std::vector<std::uint32_t> characters_before_;  ///< every 512 bytes
};

/// One value of a document. Accessors that name a type throw an InputError at the value where it is
/// of another type.
class JsonView {
 public:
  bool is_object() const;
  bool is_array() const;
  bool is_string() const;
  bool is_unsigned() const;
  bool is_bool() const;

  const std::string& string() const;
  std::uint64_t unsigned_integer() const;
  bool boolean() const;
  std::vector<std::pair<std::string_view, JsonView>> members() const;
  std::vector<JsonView> elements() const;
  /// The member of that name; nothing where this is no object or has none.
  std::optional<JsonView> find(std::string_view key) const;
  /// The element of that index; nothing where this is no array or ends before it.
  std::optional<JsonView> at(std::size_t index) const;

  Position position() const;
  Position key_position() const;
  /// This string and where its first character stands.
  PlacedText placed_string() const;
  const std::string& file() const { return document_->file(); }

  [[noreturn]] void fail(std::string_view sentence, std::string_view suggestion = {}) const;
  [[noreturn]] void fail_at_key(std::string_view sentence, std::string_view suggestion = {}) const;

 private:
  friend class JsonDocument;
  JsonView(const JsonDocument& document, const nlohmann::ordered_json& json, std::size_t node)
      : document_(&document), json_(&json), node_(node) {}

  const JsonDocument* document_;
  const nlohmann::ordered_json* json_;
  std::size_t node_;
};

/// Parses `text`; `file` is the name that errors print.
JsonDocument read_json(std::string text, const std::string& file);

}  // namespace scenario

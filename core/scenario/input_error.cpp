#include "core/scenario/input_error.hpp"

#include <fmt/format.h>

namespace scenario {
namespace {

std::string format_error(const InputError& error) {
  std::string text = printable(error.file);
  if (error.line != 0) text += fmt::format(":{}:{}", error.line, error.column);
  text += ": " + printable(error.sentence, 600);
  if (!error.suggestion.empty()) text += " (" + printable(error.suggestion, 600) + ")";
  return text;
}

/// C1 controls and the characters that reorder a line of text: U+0080..9F, U+200E/F, U+2028..2E,
/// U+2066..69.
bool is_treacherous(std::string_view character) {
  if (character.size() == 2)
    return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
  if (character.size() != 3 || character[0] != '\xE2') return false;
  const auto middle = static_cast<unsigned char>(character[1]);
  const auto last = static_cast<unsigned char>(character[2]);
  if (middle == 0x80) return last == 0x8E || last == 0x8F || (last >= 0xA8 && last <= 0xAE);
  return middle == 0x81 && last >= 0xA6 && last <= 0xA9;
}

}  // namespace

InputError::InputError(std::string_view file_name, Position where, std::string_view what_is_wrong,
                       std::string_view what_to_do)
    : file(file_name),
      line(where.line),
      column(where.column),
      sentence(what_is_wrong),
      suggestion(what_to_do) {
  text_ = format_error(*this);
}

Position PlacedText::at(std::size_t offset) const {
  if (!verbatim) return start;
  Position position = start;
  for (const char c : text.substr(0, offset)) {
    if ((static_cast<unsigned char>(c) & 0xC0u) != 0x80u) ++position.column;
  }
  return position;
}

void PlacedText::fail(std::size_t offset, std::string_view sentence,
                      std::string_view suggestion) const {
  throw InputError(file, at(offset), sentence, suggestion);
}

std::string to_string(const InputError& error) { return error.what(); }

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto head = static_cast<unsigned char>(text[0]);
  if (head < 0x80) return 1;
  const std::size_t length = head >= 0xF0 ? 4 : head >= 0xE0 ? 3 : 2;
  if (head < 0xC2 || head > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0u) != 0x80u) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (head == 0xE0 && second < 0xA0) || (head == 0xF0 && second < 0x90);
  const bool outside =
      (head == 0xED && second > 0x9F) || (head == 0xF4 && second > 0x8F);  // surrogates, > U+10FFFF
  return overlong || outside ? 0 : length;
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  std::string result;
  while (!text.empty()) {
    if (result.size() >= max_bytes) return result + "...";
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    const auto head = static_cast<unsigned char>(character[0]);
    if (length == 0 || head < 0x20 || head == 0x7F || is_treacherous(character)) {
      for (const char byte : character)
        result += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    } else {
      result += character;
    }
    text.remove_prefix(character.size());
  }
  return result;
}

}  // namespace scenario

/// What is wrong with a file that a user wrote: one sentence, where, and what to write instead.
/// core/scenario reads user input before any fiber exists, so it may throw; what it throws is
/// always an InputError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace scenario {

/// A place in a file; lines and columns count from 1, columns count characters. {0, 0}: the file as
/// a whole.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// A user's mistake. `sentence` and `suggestion` may quote the input raw; `to_string` escapes it.
struct InputError : std::exception {
  InputError(std::string_view file_name, Position where, std::string_view what_is_wrong,
             std::string_view what_to_do = {});

  /// The same text as `to_string(*this)`.
  const char* what() const noexcept override { return text_.c_str(); }

  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string sentence;
  std::string suggestion;  ///< empty where there is nothing better to say

 private:
  std::string text_;
};

/// A piece of a file's text and where it begins, for parsers of what stands inside one string or
/// line.
struct PlacedText {
  std::string_view file;
  std::string_view text;
  Position start;
  bool verbatim = true;  ///< false: escapes hide where its bytes stand; errors name its start

  Position at(std::size_t offset) const;
  [[noreturn]] void fail(std::size_t offset, std::string_view sentence,
                         std::string_view suggestion = {}) const;
};

/// "file:line:column: sentence (suggestion)", on one line, safe to print on a terminal.
std::string to_string(const InputError& error);

/// `text` with control characters, bidirectional overrides and broken UTF-8 written as \xNN, so
/// that input that is quoted back can neither move the cursor nor pose as something else. Cut to
/// `max_bytes` with "..." at the end.
std::string printable(std::string_view text, std::size_t max_bytes = 200);

/// Length in bytes of the well-formed UTF-8 character at the head of `text`; 0 where it is broken
/// or `text` is empty.
std::size_t utf8_length(std::string_view text);

}  // namespace scenario

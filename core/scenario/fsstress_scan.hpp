/// The terminals of the fsstress grammar, read from left to right. Every function returns false and
/// reads nothing further where the text does not fit; a production then fails as a whole, so what
/// was read half does not matter.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "core/scenario/fsstress_line.hpp"

namespace scenario {

class FsstressScan {
 public:
  explicit FsstressScan(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  std::string_view rest() const { return text_; }

  bool literal(std::string_view expected) {
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }

  /// Decimal digits; a sign only where T has one.
  template <class T>
  bool number(T& value, int base = 10) {
    const auto [end, error] =
        std::from_chars(text_.data(), text_.data() + text_.size(), value, base);
    if (error != std::errc{}) return false;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return true;
  }

  /// A number that the log has and nobody needs.
  bool skip_integer() {
    std::int64_t value = 0;
    std::uint64_t large = 0;
    return number(value) || number(large);
  }

  bool path(std::string& value) {
    const std::size_t end = std::min(text_.find_first_of(" ["), text_.size());
    return take_path(end, value);
  }

  /// A path that ends in front of `terminator`.
  bool path_until(std::string_view terminator, std::string& value) {
    const std::size_t end = text_.find(terminator);
    return end != std::string_view::npos && take_path(end, value);
  }

  /// Path and attributes; `-V` and failed stats leave the attributes out.
  bool file(FsstressFile& value) {
    if (!path(value.path)) return false;
    if (!literal("[")) return true;
    FsstressInode inode;
    const bool complete = number(inode.number) && literal(" ") && number(inode.links) &&
                          literal(" ") && number(inode.uid) && literal(" ") && number(inode.gid) &&
                          literal(" ") && number(inode.blocks) && literal(" ") &&
                          number(inode.size) && literal("]");
    if (complete) value.before = inode;
    return complete;
  }

  /// "[OFF,LEN]" with a blank in front, each within loff_t.
  bool range(std::uint64_t& offset, std::uint64_t& length) {
    return literal(" [") && position(offset) && literal(",") && position(length) && literal("]");
  }

  /// A non-negative loff_t.
  bool position(std::uint64_t& value) { return number(value) && value <= 0x7FFF'FFFF'FFFF'FFFF; }

  /// A blank and a result.
  bool result(std::int64_t& error) { return literal(" ") && number(error); }

  /// Names in capitals and hexadecimal numbers, joined by '|'; may be empty.
  bool flags(std::string& value) {
    const std::size_t end = std::min(
        text_.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_|x0123456789abcdef"), text_.size());
    value = text_.substr(0, end);
    text_.remove_prefix(end);
    return true;
  }

  /// Letters, digits and '_', at least one.
  bool word() {
    const std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    const std::size_t end = std::min(text_.find_first_not_of(letters), text_.size());
    text_.remove_prefix(end);
    return end > 0;
  }

 private:
  static bool is_path(std::string_view path) {
    if (path.empty() || path == ".") return true;
    for (std::size_t at = 0; at <= path.size();) {
      const std::size_t end = std::min(path.find('/', at), path.size());
      std::string_view segment = path.substr(at, end - at);
      while (segment.size() > 2 && segment.back() == 'X') segment.remove_suffix(1);
      if (segment.size() < 2 ||
          std::string_view("dflcrs").find(segment[0]) == std::string_view::npos)
        return false;
      if (segment.find_first_not_of("0123456789abcdef", 1) != std::string_view::npos) return false;
      at = end + 1;
    }
    return true;
  }

  bool take_path(std::size_t end, std::string& value) {
    if (!is_path(text_.substr(0, end))) return false;
    value = text_.substr(0, end);
    text_.remove_prefix(end);
    return true;
  }

  std::string_view text_;
};

}  // namespace scenario

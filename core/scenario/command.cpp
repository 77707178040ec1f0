#include "core/scenario/command.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/scenario/limits.hpp"
#include "core/scenario/names.hpp"
#include "core/scenario/size.hpp"

namespace scenario {
namespace {

enum class Arguments : std::uint8_t {
  none,
  file,
  optional_file,
  nodatacow,
  range,
  file_and_range,
  size
};
enum class Target : std::uint8_t { filesystem, file, named_file };

struct VerbRow {
  Verb verb;
  std::string_view name;
  Target target;
  std::string_view flags;
  Arguments arguments;
  std::string_view synopsis;
};

constexpr std::array kVerbs = {
    VerbRow{Verb::open, "open", Target::named_file, "fdt", Arguments::file,
            "open [-f] [-d] [-t] FILE"},
    VerbRow{Verb::file, "file", Target::named_file, "", Arguments::file, "file FILE"},
    VerbRow{Verb::close, "close", Target::file, "", Arguments::none, "close"},
    VerbRow{Verb::pwrite, "pwrite", Target::file, "d", Arguments::range, "pwrite [-d] OFF LEN"},
    VerbRow{Verb::pread, "pread", Target::file, "d", Arguments::range, "pread [-d] OFF LEN"},
    VerbRow{Verb::mmap, "mmap", Target::file, "", Arguments::range, "mmap OFF LEN"},
    VerbRow{Verb::munmap, "munmap", Target::file, "", Arguments::none, "munmap"},
    VerbRow{Verb::mwrite, "mwrite", Target::file, "", Arguments::range, "mwrite OFF LEN"},
    VerbRow{Verb::mread, "mread", Target::file, "", Arguments::range, "mread OFF LEN"},
    VerbRow{Verb::truncate, "truncate", Target::file, "", Arguments::size, "truncate SIZE"},
    VerbRow{Verb::falloc, "falloc", Target::file, "k", Arguments::range, "falloc [-k] OFF LEN"},
    VerbRow{Verb::fpunch, "fpunch", Target::file, "", Arguments::range, "fpunch OFF LEN"},
    VerbRow{Verb::fzero, "fzero", Target::file, "k", Arguments::range, "fzero [-k] OFF LEN"},
    VerbRow{Verb::fcollapse, "fcollapse", Target::file, "", Arguments::range, "fcollapse OFF LEN"},
    VerbRow{Verb::finsert, "finsert", Target::file, "", Arguments::range, "finsert OFF LEN"},
    VerbRow{Verb::fsync, "fsync", Target::file, "", Arguments::none, "fsync"},
    VerbRow{Verb::fdatasync, "fdatasync", Target::file, "", Arguments::none, "fdatasync"},
    VerbRow{Verb::sync, "sync", Target::filesystem, "", Arguments::none, "sync"},
    VerbRow{Verb::syncfs, "syncfs", Target::filesystem, "", Arguments::none, "syncfs"},
    VerbRow{Verb::writeback, "writeback", Target::file, "", Arguments::file_and_range,
            "writeback [FILE] [OFF LEN]"},
    VerbRow{Verb::reclaim, "reclaim", Target::file, "", Arguments::file_and_range,
            "reclaim [FILE] [OFF LEN]"},
    VerbRow{Verb::es_shrink, "es_shrink", Target::file, "", Arguments::file_and_range,
            "es_shrink [FILE] [OFF LEN]"},
    VerbRow{Verb::commit, "commit", Target::filesystem, "", Arguments::none, "commit"},
    VerbRow{Verb::chattr, "chattr", Target::file, "", Arguments::nodatacow, "chattr +C [FILE]"},
    VerbRow{Verb::limit, "limit", Target::filesystem, "", Arguments::size, "limit SIZE"},
    VerbRow{Verb::evict, "evict", Target::file, "", Arguments::optional_file, "evict [FILE]"},
    VerbRow{Verb::umount, "umount", Target::filesystem, "", Arguments::none, "umount"},
    VerbRow{Verb::drain, "drain", Target::filesystem, "", Arguments::none, "drain"},
};

/// What people write who think of the system call, of fsstress or of another tool.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"write", "pwrite OFF LEN"},     {"read", "pread OFF LEN"},
    {"dwrite", "pwrite -d OFF LEN"}, {"dread", "pread -d OFF LEN"},
    {"fallocate", "falloc OFF LEN"}, {"punch", "fpunch OFF LEN"},
    {"zero", "fzero OFF LEN"},       {"collapse", "fcollapse OFF LEN"},
    {"insert", "finsert OFF LEN"},   {"ftruncate", "truncate SIZE"},
    {"creat", "open -f FILE"},       {"create", "open -f FILE"},
    {"unmount", "umount"},           {"shrink", "reclaim [FILE] [OFF LEN]"},
    {"flush", "writeback [FILE]"},   {"wait", "drain"},
};

const VerbRow& row_of(Verb verb) { return kVerbs[static_cast<std::size_t>(verb)]; }

constexpr bool rows_stand_in_order() {
  for (std::size_t i = 0; i < kVerbs.size(); ++i) {
    if (static_cast<std::size_t>(kVerbs[i].verb) != i) return false;
  }
  return true;
}
static_assert(rows_stand_in_order());

/// The words of one command and where they stand.
class Words {
 public:
  explicit Words(const PlacedText& source) : source_(source) {
    for (std::size_t at = 0; at < source.text.size();) {
      const std::size_t start = source.text.find_first_not_of(" \t", at);
      if (start == std::string_view::npos) break;
      at = std::min(source.text.find_first_of(" \t", start), source.text.size());
      words_.push_back(source.text.substr(start, at - start));
    }
  }
  bool empty() const { return next_ == words_.size(); }
  std::string_view peek() const { return empty() ? std::string_view{} : words_[next_]; }
  std::string_view take() { return words_[next_++]; }
  std::size_t left() const { return words_.size() - next_; }
  void back() { --next_; }

  /// Fails at the next word, or behind the last one.
  [[noreturn]] void fail(std::string_view sentence, std::string_view suggestion) const {
    const std::size_t offset = empty()
                                   ? source_.text.size()
                                   : static_cast<std::size_t>(peek().data() - source_.text.data());
    source_.fail(offset, sentence, suggestion);
  }

 private:
  const PlacedText& source_;
  std::vector<std::string_view> words_;
  std::size_t next_ = 0;
};

const VerbRow& take_verb(Words& words) {
  if (words.empty())
    words.fail("the operation is empty", "write a command, for instance pwrite 0 4k");
  const std::string_view name = words.peek();
  for (const VerbRow& row : kVerbs) {
    if (row.name == name) {
      words.take();
      return row;
    }
  }
  std::string suggestion;
  for (const auto& [other, ours] : kOtherNames) {
    if (other == name) suggestion = fmt::format("write {}", ours);
  }
  if (suggestion.empty()) {
    std::vector<std::string_view> names;
    for (const VerbRow& row : kVerbs) names.push_back(row.name);
    suggestion = did_you_mean(name, names);
  }
  words.fail(fmt::format("unknown command '{}'", name), suggestion);
}

void take_flags(Words& words, const VerbRow& row, Command& command) {
  while (words.peek().size() > 1 && words.peek().front() == '-') {
    for (const char flag : words.peek().substr(1)) {
      if (row.flags.find(flag) == std::string_view::npos) {
        words.fail(fmt::format("'{}' has no flag -{}", row.name, flag),
                   fmt::format("write {}", row.synopsis));
      }
      command.create |= flag == 'f';
      command.truncate |= flag == 't';
      command.direct |= flag == 'd';
      command.keep_size |= flag == 'k';
    }
    words.take();
  }
}

std::string take_file(Words& words, const VerbRow& row) {
  if (words.empty())
    words.fail(fmt::format("'{}' needs a file", row.name), fmt::format("write {}", row.synopsis));
  if (!is_file_name(words.peek())) {
    words.fail(fmt::format("'{}' cannot be a file of a scenario", words.peek()),
               "letters, digits and _ . + - joined by '/', beginning with a letter");
  }
  return std::string(words.take());
}

std::uint64_t take_size(Words& words, const VerbRow& row, std::string_view what) {
  if (words.empty())
    words.fail(fmt::format("'{}' needs {}", row.name, what), fmt::format("write {}", row.synopsis));
  const auto size = parse_size(words.peek());
  if (!size) {
    words.fail(fmt::format("'{}' is no {}", words.peek(), what),
               "bytes, or with a suffix k, m or g: 4096, 0x1000, 4k");
  }
  words.take();
  return *size;
}

void take_range(Words& words, const VerbRow& row, Command& command) {
  command.offset = take_size(words, row, "offset");
  command.length = take_size(words, row, "length");
  if (command.length > kToEndOfFile - command.offset) {
    words.back();
    words.fail("the range ends beyond 2^63 - 1", "use a smaller offset or length");
  }
}

/// Of a command that touches every block of its range.
void take_blocks(Words& words, const VerbRow& row, Command& command) {
  take_range(words, row, command);
  if (command.length <= kLongestRange && command.offset + command.length <= kLargestFile) return;
  words.back();
  if (command.length > kLongestRange)
    words.fail("a range of more than 1g is not modelled", "use a smaller length");
  words.fail("the range ends beyond the largest file, 16384g", "use a smaller offset");
}

void set_file(Words& words, const VerbRow& row, Command& command) {
  if (!command.file.empty())
    words.fail("the file is named twice", fmt::format("write {}", row.synopsis));
  command.file = take_file(words, row);
}

bool next_is_file(const Words& words) { return is_file_name(words.peek()); }

void take_arguments(Words& words, const VerbRow& row, Command& command) {
  switch (row.arguments) {
    case Arguments::none: break;
    case Arguments::file: set_file(words, row, command); break;
    case Arguments::optional_file:
      if (next_is_file(words)) set_file(words, row, command);
      break;
    case Arguments::nodatacow:
      if (words.peek() != "+C")
        words.fail("only the attribute +C is modelled", fmt::format("write {}", row.synopsis));
      words.take();
      if (next_is_file(words)) set_file(words, row, command);
      break;
    case Arguments::range: take_blocks(words, row, command); break;
    case Arguments::file_and_range:
      if (next_is_file(words)) set_file(words, row, command);
      command.length = kToEndOfFile;
      if (!words.empty()) take_range(words, row, command);
      break;
    case Arguments::size:
      command.length = take_size(words, row, "size");
      if (command.verb == Verb::truncate && command.length > kLargestFile) {
        words.back();
        words.fail("the file would be larger than the largest one, 16384g", "use a smaller size");
      }
      if (command.verb == Verb::limit && command.length == 0) {
        words.back();
        words.fail("a limit of 0 is not modelled", "use a size from 1; to have none, a large one");
      }
      break;
  }
  if (words.empty()) return;
  words.fail(fmt::format("'{}' is more than '{}' takes", words.peek(), row.name),
             fmt::format("write {}", row.synopsis));
}

}  // namespace

std::string_view verb_name(Verb verb) { return row_of(verb).name; }
std::string_view synopsis(Verb verb) { return row_of(verb).synopsis; }
bool acts_on_file(Verb verb) { return row_of(verb).target != Target::filesystem; }

bool takes_range(Verb verb) {
  const Arguments arguments = row_of(verb).arguments;
  return arguments == Arguments::range || arguments == Arguments::file_and_range;
}

const std::vector<Verb>& all_verbs() {
  static const std::vector<Verb> verbs = [] {
    std::vector<Verb> result;
    for (const VerbRow& row : kVerbs) result.push_back(row.verb);
    return result;
  }();
  return verbs;
}

bool is_file_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || name.size() > 255 || !is_letter(name[0])) return false;
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    const std::string_view segment = name.substr(at, end - at);
    if (segment.empty() || segment == "." || segment == "..") return false;
    for (const char c : segment) {
      const bool digit = c >= '0' && c <= '9';
      if (!is_letter(c) && !digit && c != '.' && c != '+' && c != '-') return false;
    }
    at = end + 1;
  }
  return true;
}

Command parse_command(const PlacedText& source) {
  Words words(source);
  Command command;
  command.text = source.text;
  command.position = source.start;
  const bool has_prefix = words.peek().size() > 1 && words.peek().back() == ':';
  if (has_prefix) {
    std::string_view name = words.peek();
    name.remove_suffix(1);
    if (!is_file_name(name)) {
      words.fail(fmt::format("'{}' cannot be a file of a scenario", name),
                 "write FILE: command, for instance foo: pwrite 0 4k");
    }
    command.file = name;
    words.take();
  }
  const VerbRow& row = take_verb(words);
  command.verb = row.verb;
  if (has_prefix && row.target != Target::file) {
    source.fail(0, fmt::format("'{}' takes no file in front of it", row.name),
                fmt::format("write {}", row.synopsis));
  }
  take_flags(words, row, command);
  take_arguments(words, row, command);
  return command;
}

std::string to_string(const Command& command) {
  const VerbRow& row = row_of(command.verb);
  std::string text;
  if (row.target == Target::file && !command.file.empty()) text += command.file + ": ";
  text += row.name;
  if (command.create) text += " -f";
  if (command.direct && row.flags.find('d') != std::string_view::npos) text += " -d";
  if (command.truncate) text += " -t";
  if (command.keep_size) text += " -k";
  if (row.target == Target::named_file) text += " " + command.file;
  if (row.arguments == Arguments::nodatacow) text += " +C";
  if (row.arguments == Arguments::size) text += " " + format_size(command.length);
  const bool whole_file =
      row.arguments == Arguments::file_and_range && command.length == kToEndOfFile;
  if (takes_range(command.verb) && !whole_file) {
    text += " " + format_size(command.offset) + " " + format_size(command.length);
  }
  return text;
}

}  // namespace scenario

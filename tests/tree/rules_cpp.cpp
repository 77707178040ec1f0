#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tests/tree/rules.hpp"

namespace tidy {
namespace {

std::string complaint(const SourceFile& file, std::size_t line, std::string_view what) {
  return fmt::format("{}:{}: {}", file.path, line, what);
}

/// Code points: what an editor counts as columns.
std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

bool opens_a_function(std::string_view head) {
  constexpr std::array kScopes{"namespace", "class", "struct", "enum", "union", "extern", "}"};
  head.remove_prefix(indent_of(head));
  const bool scope = std::any_of(kScopes.begin(), kScopes.end(),
                                 [&](const char* word) { return head.starts_with(word); });
  const std::size_t brace = head.find('{');
  return !scope && head.substr(0, brace).find('(') != std::string_view::npos;
}

struct BannedName {
  std::string_view name;
  std::string_view instead;
  std::string_view except = {};  ///< the one file that needs it
};

constexpr std::string_view kOrdered = "use std::map, a sorted vector or insertion order";
constexpr std::string_view kOwnRandom = "draw from sim/random.hpp";
constexpr std::string_view kNoClock = "count steps; clocks belong to cli/ and bench/";
constexpr std::string_view kNoThreads = "use a task and the primitives of sim/sync";
constexpr std::string_view kNoStreams = "return text, or write it through fmt in cli/";
constexpr std::string_view kNoLocale = "use fmt or std::to_chars";

constexpr BannedName kBanned[] = {
    {"unordered_map", kOrdered},
    {"unordered_set", kOrdered},
    {"unordered_multimap", kOrdered},
    {"unordered_multiset", kOrdered},
    {"std::hash", "use XXH3 over canonical bytes"},
    {"uintptr_t", "order and hash by id, never by address", "sim/fiber.cpp"},
    {"fmt::ptr", "print a name or an id, never an address"},
    {"<random>", kOwnRandom},
    {"mt19937", kOwnRandom},
    {"mt19937_64", kOwnRandom},
    {"random_device", kOwnRandom},
    {"uniform_int_distribution", kOwnRandom},
    {"std::shuffle", kOwnRandom},
    {"std::sample", kOwnRandom},
    {"rand()", kOwnRandom},
    {"<chrono>", kNoClock},
    {"std::chrono", kNoClock},
    {"clock_gettime", kNoClock},
    {"gettimeofday", kNoClock},
    {"std::time", kNoClock},
    {"<thread>", kNoThreads},
    {"<mutex>", kNoThreads},
    {"<atomic>", kNoThreads},
    {"<condition_variable>", kNoThreads},
    {"<future>", kNoThreads},
    {"std::thread", kNoThreads},
    {"std::jthread", kNoThreads},
    {"std::mutex", kNoThreads},
    {"std::atomic", kNoThreads},
    {"std::async", kNoThreads},
    {"pthread_create", kNoThreads},
    {"thread_local", kNoThreads},
    {"getenv", "take an option from cli/"},
    {"<iostream>", kNoStreams},
    {"std::cout", kNoStreams},
    {"std::cerr", kNoStreams},
    {"<locale>", kNoLocale},
    {"setlocale", kNoLocale},
    {"std::locale", kNoLocale},
    {"strtod", kNoLocale},
    {"catch (...)", "catch what is thrown, by its type"},
};

void ban(Complaints& found, const SourceFile& file, const std::string& code,
         const BannedName& banned) {
  if (file.path == banned.except) return;
  for (std::size_t at = find_word(code, banned.name); at != std::string::npos;
       at = find_word(code, banned.name, at + 1)) {
    found.push_back(complaint(file, line_at(code, at),
                              fmt::format("{} is banned here: {}", banned.name, banned.instead)));
  }
}

/// A sorted container whose key is a pointer follows the addresses of one run.
void ban_pointer_keys(Complaints& found, const SourceFile& file, const std::string& code) {
  constexpr std::array kContainers{"std::map<", "std::set<", "std::multimap<", "std::multiset<",
                                   "std::less<"};
  for (const std::string_view container : kContainers) {
    for (std::size_t at = code.find(container); at != std::string::npos;
         at = code.find(container, at + 1)) {
      const std::size_t key = at + container.size();
      const std::size_t end = code.find_first_of(",<>*", key);
      if (end == std::string::npos || code[end] != '*') continue;
      found.push_back(complaint(file, line_at(code, at), "ordered by address: key by id or path"));
    }
  }
}

}  // namespace

Complaints file_length(const SourceFile& file) {
  const std::size_t lines = lines_of(file.text).size();
  if (lines <= kMostLines) return {};
  return {complaint(
      file, lines,
      fmt::format("{} lines; split it: a file is one idea, at most {}", lines, kMostLines))};
}

Complaints line_length(const SourceFile& file) {
  Complaints found;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    if (columns(line) <= kMostColumns) continue;
    found.push_back(
        complaint(file, number,
                  fmt::format("{} columns, at most {}: ./dev fmt", columns(line), kMostColumns)));
  }
  return found;
}

/// Relies on the layout of clang-format: a function ends at the brace that stands as deep as its
/// first line.
Complaints function_length(const SourceFile& file) {
  Complaints found;
  const std::string code = code_only(file.text);
  const auto lines = lines_of(code);
  for (std::size_t end = 0; end < lines.size(); ++end) {
    const std::size_t depth = indent_of(lines[end]);
    if (depth > 2 || lines[end].substr(depth) != "}") continue;
    std::size_t begin = end;
    while (begin > 0) {
      const std::string_view line = lines[--begin];
      if (indent_of(line) <= depth && indent_of(line) < line.size() && line.front() != '#') break;
    }
    std::string head;
    for (std::size_t i = begin; i < end && head.find('{') == std::string::npos; ++i) {
      head.append(lines[i]);
    }
    const std::size_t length = end - begin + 1;
    if (length <= kMostFunctionLines || !opens_a_function(head)) continue;
    found.push_back(
        complaint(file, begin + 1,
                  fmt::format("a function of {} lines, at most {}", length, kMostFunctionLines)));
  }
  return found;
}

Complaints header_opening(const SourceFile& file) {
  Complaints found;
  if (!file.text.starts_with("/// ")) {
    found.push_back(complaint(file, 1, "a header opens with a /// comment: what it is, and why"));
  }
  const auto lines = lines_of(file.text);
  if (std::find(lines.begin(), lines.end(), "#pragma once") == lines.end()) {
    found.push_back(complaint(file, 1, "#pragma once is missing"));
  }
  return found;
}

Complaints banned_names(const SourceFile& file) {
  Complaints found;
  if (!inside(file.path, "sim") && !inside(file.path, "core")) return found;
  const std::string code = code_only(file.text);
  for (const BannedName& banned : kBanned) ban(found, file, code, banned);
  ban_pointer_keys(found, file, code);
  // Input errors of scenario files are thrown to cli/; models report and go on.
  if (inside(file.path, "core") && !inside(file.path, "core/scenario")) {
    ban(found, file, code, {"throw", "return a negative errno, report a finding, or FSW_ASSERT"});
  }
  return found;
}

}  // namespace tidy

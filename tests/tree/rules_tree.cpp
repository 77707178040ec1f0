#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>

#include "tests/tree/rules.hpp"

namespace tidy {
namespace {

std::string complaint(const SourceFile& file, std::size_t line, std::string_view what) {
  return fmt::format("{}:{}: {}", file.path, line, what);
}

/// Written in two halves: this file must pass its own rules.
constexpr std::array<std::string_view, 4> kPostponed{
    "TO"
    "DO",
    "FIX"
    "ME",
    "X"
    "XX",
    "HA"
    "CK"};

constexpr std::array<std::string_view, 11> kMachineNames{
    "/wo"
    "rk/",
    "/ho"
    "me/",
    "/tmp/"
    "fsw",
    "/ro"
    "ot/",
    "py"
    "pi.org",
    "crates"
    ".io",
    "npm"
    "js.org",
    "deb.deb"
    "ian.org",
    "proxy.gol"
    "ang",
    "rubyg"
    "ems.org",
    "registry"
    ".",
};

constexpr std::array<std::string_view, 18> kTopLevel{
    "meson.build",   "meson_options.txt",
    "sim",           "core",
    "scenarios",     "traces",
    "tests",         "cli",
    "docs",          "bench",
    ".ci",           "dev",
    "README.md",     "CHANGELOG.md",
    ".clang-format", ".editorconfig",
    ".gitignore",    "LICENSE",
};

bool path_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("._/-+").find(c) != std::string_view::npos;
}

std::set<std::string> paths_and_folders(const Tree& tree) {
  std::set<std::string> known;
  for (const SourceFile& file : tree) {
    known.insert(file.path);
    for (std::string_view folder = folder_of(file.path); !folder.empty();
         folder = folder_of(folder)) {
      known.emplace(folder);
    }
  }
  return known;
}

/// A mention ends where a pattern begins: of "core/btrfs/*.cpp" only the folder has to exist.
std::string mentioned_path(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && path_character(text[end])) ++end;
  std::string_view path = text.substr(begin, end - begin);
  const bool pattern =
      end < text.size() && std::string_view("*{<[").find(text[end]) != std::string_view::npos;
  if (pattern) path = folder_of(path);
  while (!path.empty() && (path.back() == '.' || path.back() == '/' || path.back() == '-')) {
    path.remove_suffix(1);
  }
  return std::string(path);
}

void judge_mentions(Complaints& found, const SourceFile& file, const std::set<std::string>& known) {
  constexpr std::array<std::string_view, 9> kFolders{
      "sim/", "core/", "cli/", "tests/", "bench/", "docs/", "scenarios/", "traces/", ".ci/"};
  const std::string_view text = file.text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && path_character(text[i - 1])) continue;
    const std::string_view rest = text.substr(i);
    const bool ours = std::any_of(kFolders.begin(), kFolders.end(), [&](std::string_view folder) {
      return rest.starts_with(folder);
    });
    if (!ours) continue;
    const std::string path = mentioned_path(text, i);
    if (known.contains(path)) continue;
    found.push_back(complaint(file, line_at(text, i), fmt::format("{} does not exist", path)));
  }
}

/// Is `at` inside a fenced block? Code has lambdas, not links.
bool in_code(std::string_view text, std::size_t at) {
  std::size_t fences = 0;
  for (std::size_t i = text.find("```"); i < at; i = text.find("```", i + 3)) ++fences;
  return fences % 2 == 1;
}

void judge_links(Complaints& found, const SourceFile& file, const std::set<std::string>& known) {
  const std::string_view text = file.text;
  for (std::size_t at = text.find("]("); at != std::string_view::npos;
       at = text.find("](", at + 1)) {
    std::string_view target = text.substr(at + 2, text.find_first_of(")#\n", at) - at - 2);
    if (target.empty() || target.find("://") != std::string_view::npos) continue;
    if (in_code(text, at)) continue;
    const std::filesystem::path linked = std::filesystem::path(folder_of(file.path)) / target;
    std::string path = linked.lexically_normal().string();
    if (path.ends_with('/')) path.pop_back();
    if (known.contains(path)) continue;
    found.push_back(
        complaint(file, line_at(text, at), fmt::format("the link to {} is dead", target)));
  }
}

}  // namespace

Complaints postponed_work(const SourceFile& file) {
  Complaints found;
  for (const std::string_view word : kPostponed) {
    for (std::size_t at = find_word(file.text, word); at != std::string::npos;
         at = find_word(file.text, word, at + 1)) {
      found.push_back(complaint(file, line_at(file.text, at),
                                fmt::format("{}: do it, or open an issue", word)));
    }
  }
  return found;
}

Complaints machine_names(const SourceFile& file) {
  Complaints found;
  for (const std::string_view name : kMachineNames) {
    for (std::size_t at = find_word(file.text, name); at != std::string::npos;
         at = find_word(file.text, name, at + 1)) {
      const bool in_longer_path =
          at > 0 && name.front() == '/' && path_character(file.text[at - 1]);
      if (in_longer_path) continue;
      found.push_back(complaint(file, line_at(file.text, at),
                                fmt::format("{} is true on one machine only", name)));
    }
  }
  return found;
}

Complaints top_level(const Tree& tree) {
  std::set<std::string> entries;
  for (const SourceFile& file : tree) entries.insert(file.path.substr(0, file.path.find('/')));
  Complaints found;
  for (const std::string& entry : entries) {
    if (std::find(kTopLevel.begin(), kTopLevel.end(), entry) != kTopLevel.end()) continue;
    found.push_back(fmt::format("{}: does not belong to the top level", entry));
  }
  return found;
}

/// A source is listed, relative to its folder, in the nearest meson.build or in one further up. The
/// headers of sim/ are listed too: they are installed.
Complaints listed_sources(const Tree& tree) {
  std::map<std::string_view, std::string_view> builds;
  for (const SourceFile& file : tree) {
    if (file.path.ends_with("/meson.build")) builds[folder_of(file.path)] = file.text;
  }
  Complaints found;
  for (const SourceFile& file : tree) {
    if (!file.path.ends_with(".cpp") && !(is_header(file.path) && inside(file.path, "sim")))
      continue;
    bool listed = false;
    for (std::string_view folder = folder_of(file.path); !folder.empty() && !listed;
         folder = folder_of(folder)) {
      const auto build = builds.find(folder);
      if (build == builds.end()) continue;
      const std::string entry = "'" + file.path.substr(folder.size() + 1) + "'";
      listed = build->second.find(entry) != std::string_view::npos;
    }
    if (!listed) found.push_back(complaint(file, 1, "no meson.build lists this file"));
  }
  return found;
}

Complaints documented_paths(const Tree& tree) {
  const std::set<std::string> known = paths_and_folders(tree);
  Complaints found;
  for (const SourceFile& file : tree) {
    if (!file.path.ends_with(".md")) continue;
    judge_mentions(found, file, known);
    judge_links(found, file, known);
  }
  return found;
}

}  // namespace tidy

#include <algorithm>
#include <set>
#include <span>

#include <fmt/format.h>

#include "tests/tree/rules.hpp"

namespace tidy {
namespace {

struct Floor {
  std::string_view folder;
  int height;
};

/// A folder includes itself and what stands lower, never its neighbours.
constexpr Floor kFloors[] = {
    {"sim", 0},           {"core/lib", 1},   {"core/kernel", 2},   {"core/mm", 3},
    {"core/block", 3},    {"core/vfs", 4},   {"core/iomap", 5},    {"core/oracle", 5},
    {"core/ext4", 6},     {"core/btrfs", 6}, {"core/scenario", 7}, {"cli", 8},
    {"tests/support", 9}, {"tests", 10},     {"bench", 10},
};

struct Library {
  std::string_view headers;
  std::string_view users;  ///< folders or files, separated by spaces
  bool heavy = false;      ///< not in headers, so that few translation units pay for it
};

constexpr Library kLibraries[] = {
    {"CLI/", "cli bench", true},
    {"doctest/", "tests"},
    {"rapidcheck", "tests"},
    {"benchmark/", "bench", true},
    {"valijson/", "core/scenario", true},
    {"boost/", "sim/fiber.cpp sim/fiber_switch.hpp bench"},
    {"nlohmann/json_fwd.hpp", "sim core/scenario cli tests"},
    {"nlohmann/", "sim core/scenario cli tests", true},
    {"xxhash.h", "sim core/scenario cli tests", true},
};

struct Include {
  std::string_view name;
  std::size_t line;
  bool quoted;
};

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> includes;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    constexpr std::string_view kDirective = "#include ";
    if (!line.starts_with(kDirective)) continue;
    const std::string_view rest = line.substr(kDirective.size());
    const std::size_t end = rest.find_first_of("\">", 1);
    includes.push_back({rest.substr(1, end - 1), number, rest.front() == '"'});
  }
  return includes;
}

const Floor* floor_of(std::string_view path) {
  const auto* found = std::find_if(std::begin(kFloors), std::end(kFloors),
                                   [&](const Floor& floor) { return inside(path, floor.folder); });
  return found == std::end(kFloors) ? nullptr : found;
}

bool may_use(std::string_view users, std::string_view path) {
  while (!users.empty()) {
    const std::string_view user = users.substr(0, users.find(' '));
    if (path == user || inside(path, user)) return true;
    users.remove_prefix(std::min(user.size() + 1, users.size()));
  }
  return false;
}

std::string complaint(const SourceFile& file, std::size_t line, std::string_view what) {
  return fmt::format("{}:{}: {}", file.path, line, what);
}

void judge_own(Complaints& found, const SourceFile& file, const Include& include) {
  const Floor* from = floor_of(file.path);
  const Floor* to = floor_of(include.name);
  if (to == nullptr) {
    found.push_back(
        complaint(file, include.line,
                  fmt::format("\"{}\" is not rooted at the repository, as in \"sim/label.hpp\"",
                              include.name)));
  } else if (from != nullptr && from != to && from->height <= to->height) {
    found.push_back(
        complaint(file, include.line,
                  fmt::format("{} may not include {}: a floor includes lower floors only",
                              from->folder, to->folder)));
  }
}

void judge_library(Complaints& found, const SourceFile& file, const Include& include) {
  const auto* library =
      std::find_if(std::begin(kLibraries), std::end(kLibraries),
                   [&](const Library& row) { return include.name.starts_with(row.headers); });
  if (library == std::end(kLibraries)) return;
  if (!may_use(library->users, file.path)) {
    found.push_back(complaint(file, include.line,
                              fmt::format("<{}> belongs to: {}", include.name, library->users)));
  } else if (library->heavy && is_header(file.path)) {
    found.push_back(
        complaint(file, include.line,
                  fmt::format("<{}> in a header: keep it in few .cpp files", include.name)));
  }
}

}  // namespace

Complaints include_floors(const SourceFile& file) {
  Complaints found;
  for (const Include& include : includes_of(file)) {
    if (include.quoted) {
      judge_own(found, file, include);
    } else {
      judge_library(found, file, include);
    }
  }
  return found;
}

Complaints existing_includes(const Tree& tree) {
  std::set<std::string_view> paths;
  for (const SourceFile& file : tree) paths.insert(file.path);
  Complaints found;
  for (const SourceFile& file : tree) {
    if (!is_cpp(file.path)) continue;
    for (const Include& include : includes_of(file)) {
      const bool generated = paths.contains(std::string(include.name) + ".in");
      if (!include.quoted || generated || paths.contains(include.name)) continue;
      found.push_back(
          complaint(file, include.line, fmt::format("no file \"{}\" in the tree", include.name)));
    }
  }
  return found;
}

Complaints used_headers(const Tree& tree) {
  std::set<std::string_view> included;
  for (const SourceFile& file : tree) {
    if (!is_cpp(file.path)) continue;
    for (const Include& include : includes_of(file)) included.insert(include.name);
  }
  Complaints found;
  for (const SourceFile& file : tree) {
    if (is_header(file.path) && !included.contains(file.path)) {
      found.push_back(complaint(file, 1, "nobody includes this header"));
    }
  }
  return found;
}

}  // namespace tidy

#include "core/scenario/fsstress_files.hpp"

#include <algorithm>
#include <string_view>

#include "core/scenario/fsstress_commands.hpp"

namespace scenario {

std::size_t FsstressFiles::add_file(const Key& key) {
  if (one_file_) {
    if (files_.empty()) files_.push_back({.name = "shared"});
    return index_[key] = 0;
  }
  std::string name = fsstress_file_name(key.first, key.second);
  // A path that is used again for another inode keeps its name and gets a count; "+" never occurs
  // in a path of fsstress.
  if (const int times = ++times_named_[name]; times > 1) name += "+" + std::to_string(times);
  files_.push_back({.name = name});
  return index_[key] = files_.size() - 1;
}

std::size_t FsstressFiles::file_at(const Key& key) {
  const auto known = index_.find(key);
  return known != index_.end() ? known->second : add_file(key);
}

std::string FsstressFiles::name_of(const FsstressLine& line) {
  File& file = files_[file_at({line.proc, line.file.path})];
  if (line.name == "creat") return file.name;
  if (!file.used && !file.created && line.file.before) {
    file.size = static_cast<std::uint64_t>(std::max<std::int64_t>(line.file.before->size, 0));
    file.blocks = line.file.before->blocks;
  }
  file.used = true;
  return file.name;
}

void FsstressFiles::follow(const FsstressLine& line) {
  if (line.kind != FsstressKind::operation || line.error != 0) return;
  const Key key{line.proc, line.file.path};
  if (line.name == "creat" && is_regular_file(line.file.path)) {
    const std::size_t file = one_file_ ? file_at(key) : add_file(key);
    files_[file].created = true;
  } else if (line.name == "unlink") {
    index_.erase(key);
  } else if (line.name == "link") {
    if (is_regular_file(line.file.path)) index_[{line.proc, line.target.path}] = file_at(key);
  } else if (line.name == "rename") {
    move_tree(line.proc, line.file.path, line.target.path,
              line.mode.find("EXCHANGE") != std::string::npos);
  }
}

void FsstressFiles::move_tree(std::uint32_t proc, const std::string& from, const std::string& to,
                              bool exchange) {
  if (from == to) return;
  const auto take = [&](const std::string& root) {
    std::vector<std::pair<std::string, std::size_t>> taken;  // path below the root, file
    for (auto entry = index_.lower_bound({proc, root}); entry != index_.end();) {
      const auto& [owner, path] = entry->first;
      if (owner != proc || !path.starts_with(root)) break;
      if (path.size() > root.size() && path[root.size()] != '/') {
        ++entry;
        continue;
      }
      taken.emplace_back(path.substr(root.size()), entry->second);
      entry = index_.erase(entry);
    }
    return taken;
  };
  // A file that no line has used yet moves as well; it must not be taken for whatever later has its
  // old name.
  for (const std::string* path : {&from, &to}) {
    if (is_regular_file(*path) && (path == &from || exchange)) file_at({proc, *path});
  }
  const auto moved = take(from);
  const auto replaced = take(to);
  for (const auto& [below, file] : moved) index_[{proc, to + below}] = file;
  if (!exchange) return;
  for (const auto& [below, file] : replaced) index_[{proc, from + below}] = file;
}

}  // namespace scenario

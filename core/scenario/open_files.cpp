#include "core/scenario/open_files.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/scenario/limits.hpp"
#include "core/scenario/names.hpp"

namespace scenario {
namespace {

[[noreturn]] void fail(const Command& command, std::string_view input_file,
                       const std::string& sentence, const std::string& suggestion) {
  throw InputError(input_file, command.position, sentence, suggestion);
}

}  // namespace

void OpenFiles::resolve(Command& command, std::string_view input_file) {
  if (!acts_on_file(command.verb)) return;
  if (command.verb == Verb::open) return open(command, input_file);
  find_file(command, input_file);
  const bool transfers = command.verb == Verb::pwrite || command.verb == Verb::pread;
  if (transfers && direct_.find(command.file)->second.back()) command.direct = true;
  if (command.verb == Verb::file) {
    remove_from_order(command.file);
    order_.push_back(command.file);
  } else if (command.verb == Verb::close) {
    close(command.file);
  } else {
    follow_mapping(command, input_file);
  }
}

void OpenFiles::adopt(const OpenFiles& other) {
  for (const auto& [file, descriptors] : other.direct_) {
    if (direct_.find(file) != direct_.end()) continue;
    direct_[file] = descriptors;
    order_.insert(order_.begin(), descriptors.size(), file);
    adopted_ += descriptors.size();
  }
}

void OpenFiles::remove_from_order(const std::string& file) {
  const auto found = std::find(order_.rbegin(), order_.rend(), file).base() - 1;
  if (static_cast<std::size_t>(found - order_.begin()) < adopted_) --adopted_;
  order_.erase(found);
}

void OpenFiles::open(const Command& command, std::string_view input_file) {
  if (order_.size() >= kMostOpenFiles) {
    fail(command, input_file, fmt::format("more than {} files are open", kMostOpenFiles),
         "close some");
  }
  order_.push_back(command.file);
  direct_[command.file].push_back(command.direct);
}

void OpenFiles::close(const std::string& file) {
  remove_from_order(file);
  auto& descriptors = direct_[file];
  descriptors.pop_back();
  if (descriptors.empty()) direct_.erase(file);
}

void OpenFiles::find_file(Command& command, std::string_view input_file) const {
  if (command.file.empty()) {
    if (order_.size() == adopted_) {
      fail(command, input_file, fmt::format("'{}' has no file to act on", verb_name(command.verb)),
           "put \"open -f NAME\" in front of it, or into setup");
    }
    command.file = order_.back();
    return;
  }
  if (direct_.find(command.file) != direct_.end()) return;
  std::vector<std::string_view> names;
  for (const auto& [name, descriptors] : direct_) names.push_back(name);
  const std::string nearest = nearest_name(command.file, names);
  fail(command, input_file, fmt::format("the file '{}' is not open here", command.file),
       nearest.empty() ? fmt::format("add \"open -f {}\" to setup", command.file)
                       : fmt::format("did you mean '{}'?", nearest));
}

void OpenFiles::follow_mapping(const Command& command, std::string_view input_file) {
  auto& mappings = mappings_[command.file];
  if (command.verb == Verb::mmap) {
    if (mappings.size() >= kMostMappings) {
      fail(command, input_file, fmt::format("more than {} mappings of one file", kMostMappings),
           "munmap some");
    }
    mappings.push_back({command.offset, command.offset + command.length});
  } else if (command.verb == Verb::munmap) {
    if (mappings.empty())
      fail(command, input_file, fmt::format("'{}' is not mapped here", command.file),
           "leave it out");
    mappings.pop_back();
  } else if (command.verb == Verb::mread || command.verb == Verb::mwrite) {
    const std::uint64_t end = command.offset + command.length;
    const bool mapped = std::any_of(mappings.begin(), mappings.end(), [&](const Mapping& mapping) {
      return mapping.begin <= command.offset && end <= mapping.end;
    });
    if (mapped) return;
    Command map = command;
    map.verb = Verb::mmap;
    fail(command, input_file, fmt::format("no mapping of '{}' covers this range", command.file),
         fmt::format("add \"{}\" in front of it, or to setup", to_string(map)));
  }
}

}  // namespace scenario

#include "core/scenario/fsstress_commands.hpp"

#include <optional>

#include <fmt/format.h>

namespace scenario {
namespace {

struct Call {
  std::string_view name;
  Verb verb;
  bool direct = false;
  bool keep_size = false;
};

constexpr Call kCalls[] = {
    {"creat", Verb::open},
    {"write", Verb::pwrite},
    {"writev", Verb::pwrite},
    {"write_dontcache", Verb::pwrite},
    {"uring_write", Verb::pwrite},
    {"dwrite", Verb::pwrite, true},
    {"awrite", Verb::pwrite, true},
    {"read", Verb::pread},
    {"readv", Verb::pread},
    {"read_dontcache", Verb::pread},
    {"uring_read", Verb::pread},
    {"dread", Verb::pread, true},
    {"aread", Verb::pread, true},
    {"mread", Verb::mread},
    {"mwrite", Verb::mwrite},
    {"truncate", Verb::truncate},
    {"fallocate", Verb::falloc},
    {"punch", Verb::fpunch},
    {"zero", Verb::fzero},
    {"collapse", Verb::fcollapse},
    {"insert", Verb::finsert},
    {"fsync", Verb::fsync},
    {"afsync", Verb::fsync},
    {"fdatasync", Verb::fdatasync},
    {"sync", Verb::sync},
    // ioctl_preallocate (fs/ioctl.c) makes a fallocate with FALLOC_FL_KEEP_SIZE of both.
    {"resvsp", Verb::falloc, false, true},
    {"unresvsp", Verb::fpunch},
};

const Call* find_call(const FsstressLine& line) {
  if (line.kind != FsstressKind::operation) return nullptr;
  for (const Call& call : kCalls) {
    if (call.name != line.name) continue;
    const bool on_file = call.verb != Verb::sync;
    // fsync also runs on directories; unknown fallocate flags are none of ours.
    if (on_file && !is_regular_file(line.file.path)) return nullptr;
    const bool foreign_flag =
        line.mode.find("0x") != std::string::npos || line.mode.find("NO_HIDE") != std::string::npos;
    return foreign_flag ? nullptr : &call;
  }
  return nullptr;
}

Command command_of(Verb verb, const std::string& file, const FsstressLine& line) {
  Command command;
  command.verb = verb;
  if (acts_on_file(verb)) command.file = file;
  if (takes_range(verb)) command.offset = line.offset;
  if (takes_range(verb) || verb == Verb::truncate) command.length = line.length;
  return command;
}

}  // namespace

bool is_regular_file(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return last.starts_with('f') || last.starts_with('r');
}

std::string fsstress_file_name(std::uint32_t proc, std::string_view path) {
  return fmt::format("p{:x}/{}", proc, path);
}

bool is_modelled(const FsstressLine& line) { return find_call(line) != nullptr; }

std::vector<Command> commands_of(const FsstressLine& line, const std::string& file) {
  const Call* call = find_call(line);
  if (call == nullptr || line.error != 0) return {};
  if (takes_range(call->verb) && line.length > kToEndOfFile - line.offset) return {};
  if (call->verb == Verb::mread || call->verb == Verb::mwrite) {
    const bool stores = call->verb == Verb::mwrite && line.mode != "PRIVATE";
    return {command_of(Verb::mmap, file, line),
            command_of(stores ? Verb::mwrite : Verb::mread, file, line),
            command_of(Verb::munmap, file, line)};
  }
  Command command = command_of(call->verb, file, line);
  command.create = call->verb == Verb::open;
  command.direct = call->direct;
  const bool has_flag = call->verb == Verb::falloc || call->verb == Verb::fzero;
  command.keep_size =
      call->keep_size || (has_flag && line.mode.find("KEEP_SIZE") != std::string::npos);
  return {command};
}

}  // namespace scenario

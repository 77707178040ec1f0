#include "core/scenario/input_file.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "core/scenario/input_error.hpp"

namespace scenario {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

[[noreturn]] void fail_with_errno(const std::string& path, std::string_view what) {
  throw InputError(path, {}, fmt::format("cannot be {}: {}", what, std::strerror(errno)));
}

/// What the caller has opened ("/dev/fd/63" is what a shell makes of "<(command)") may be a pipe:
/// whoever writes it is there.
bool is_inherited(const std::string& path) {
  return path == "-" || path == "/dev/stdin" || path.starts_with("/dev/fd/") ||
         path.starts_with("/proc/self/fd/");
}

/// To open a FIFO that nobody writes, or to read a device, may take for ever.
void refuse_what_is_no_file(const std::string& path) {
  struct stat status {};
  if (is_inherited(path) || ::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return;
  throw InputError(path, {},
                   fmt::format("is {}", S_ISDIR(status.st_mode)    ? "a directory"
                                        : S_ISFIFO(status.st_mode) ? "a FIFO"
                                                                   : "a device"),
                   "name a regular file");
}

/// Waits in poll, which a signal ends: a command that waits for its input can be stopped.
std::size_t read_some(const std::string& path, std::FILE* file, char* buffer, std::size_t size) {
  pollfd waiting{::fileno(file), POLLIN, 0};
  if (::poll(&waiting, 1, -1) < 0) fail_with_errno(path, "read");
  const ssize_t got = ::read(waiting.fd, buffer, size);
  if (got < 0) fail_with_errno(path, "read");
  return static_cast<std::size_t>(got);
}

}  // namespace

std::string read_input_file(const std::string& path, std::size_t limit) {
  refuse_what_is_no_file(path);
  std::unique_ptr<std::FILE, CloseFile> file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (!file) fail_with_errno(path, "opened");
  std::string content;
  char buffer[1 << 16];
  while (const std::size_t got = read_some(path, file.get(), buffer, sizeof buffer)) {
    content.append(buffer, got);
    if (content.size() > limit) {
      throw InputError(path, {}, fmt::format("is larger than {} MiB", limit >> 20),
                       "split it, or cut what is not needed");
    }
  }
  return content;
}

}  // namespace scenario

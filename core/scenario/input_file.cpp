#include "core/scenario/input_file.hpp"

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

}  // namespace

std::string read_input_file(const std::string& path, std::size_t limit) {
  std::unique_ptr<std::FILE, CloseFile> file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (!file) throw InputError(path, {}, fmt::format("cannot be opened: {}", std::strerror(errno)));
  std::string content;
  char buffer[1 << 16];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, file.get())) {
    content.append(buffer, got);
    if (content.size() > limit) {
      throw InputError(path, {}, fmt::format("is larger than {} MiB", limit >> 20),
                       "split it, or cut what is not needed");
    }
  }
  if (std::ferror(file.get()))
    throw InputError(path, {}, fmt::format("cannot be read: {}", std::strerror(errno)));
  return content;
}

}  // namespace scenario

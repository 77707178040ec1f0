#include "cli/conform/system_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace conform {

std::string with_errno(std::string_view what) {
  return fmt::format("{}: {}", what, std::generic_category().message(errno));
}

FileDescriptor::FileDescriptor(const std::filesystem::path& path, int flags, unsigned mode)
    : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void FileDescriptor::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

std::string read_all(int fd) {
  std::string content;
  std::array<char, 65536> buffer;
  while (true) {
    const auto count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::optional<std::string> read_file(const std::filesystem::path& path) {
  const FileDescriptor file(path, O_RDONLY);
  if (!file.valid()) return std::nullopt;
  return read_all(file.get());
}

bool write_file(const std::filesystem::path& path, std::string_view text) {
  const FileDescriptor file(path, O_WRONLY);
  if (!file.valid()) return false;
  return ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace conform

/// Small helpers for talking to the kernel: file descriptors, sysfs and tracefs files, errors.
#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

/// Small helpers for talking to the kernel: file descriptors, sysfs and tracefs files, errors.
namespace conform {

/// Something that this machine does not offer (no loop device, no mkfs...): the comparison is
/// skipped.
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Something that should have worked and did not: the comparison fails.
struct SystemFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// `what: No such file or directory` for the current errno.
std::string with_errno(std::string_view what);

/// Owns a file descriptor; closes it at the end.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(const std::filesystem::path& path, int flags, unsigned mode = 0);
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { reset(); }

  bool valid() const { return fd_ >= 0; }
  int get() const { return fd_; }
  void reset();

 private:
  int fd_ = -1;
};

/// The whole content, or nothing where the file cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& path);

/// Reads `fd` to its end.
std::string read_all(int fd);

/// Writes the whole text in one write call, as sysfs and tracefs want it. False with errno set
/// otherwise.
bool write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace conform

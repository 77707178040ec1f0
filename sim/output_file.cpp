#include "sim/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "sim/text.hpp"

namespace sim {
namespace {

OutputError failure(const std::string& path, int error) {
  return {ascii(path) + " could not be written: " + std::generic_category().message(error)};
}

/// Returns 0 or an errno.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int write_and_close(int file, std::string_view text, bool sync) {
  int error = write_all(file, text);
  if (error == 0 && sync && ::fsync(file) != 0) error = errno;
  if (::close(file) != 0 && error == 0) error = errno;
  return error;
}

int sync_directory(const std::filesystem::path& directory) {
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return errno;
  // Some filesystems cannot sync a directory; the file itself is safe by then.
  const int error = ::fsync(file) == 0 || errno == EINVAL ? 0 : errno;
  ::close(file);
  return error;
}

/// Where a chain of symbolic links ends, so that the link stays and its target is replaced.
std::filesystem::path final_target(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  const auto target = std::filesystem::weakly_canonical(path, error);
  return error ? std::filesystem::path(path) : target;
}

/// Pipes and devices, which nothing can be renamed to.
bool is_written_in_place(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

std::string partial_of(const std::filesystem::path& target) { return target.string() + ".partial"; }

/// A new file, or -1 and errno.
int create(const std::string& partial) {
  ::unlink(partial.c_str());  // left by a run that was killed
  return ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

}  // namespace

std::optional<OutputError> output_file_refusal(const std::string& path) {
  if (is_written_in_place(path)) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return failure(path, EISDIR);
    if (::access(path.c_str(), W_OK) != 0) return failure(path, errno);
    return std::nullopt;
  }
  const std::string partial = partial_of(final_target(path));
  const int file = create(partial);
  if (file < 0) return failure(path, errno);
  ::close(file);
  ::unlink(partial.c_str());
  return std::nullopt;
}

std::optional<OutputError> write_output_file(const std::string& path, std::string_view text) {
  if (is_written_in_place(path)) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    const int error = file < 0 ? errno : write_and_close(file, text, false);
    if (error != 0) return failure(path, error);
    return std::nullopt;
  }
  const std::filesystem::path target = final_target(path);
  const std::string partial = partial_of(target);
  const int file = create(partial);
  if (file < 0) return failure(path, errno);
  int error = write_and_close(file, text, true);
  if (error == 0 && ::rename(partial.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(partial.c_str());
    return failure(path, error);
  }
  const auto directory = target.has_parent_path() ? target.parent_path() : ".";
  if (const int sync_error = sync_directory(directory); sync_error != 0)
    return failure(path, sync_error);
  return std::nullopt;
}

}  // namespace sim

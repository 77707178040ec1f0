#include "cli/conform/kernel_operation.hpp"

#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "cli/conform/system_file.hpp"

namespace conform {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDirectAlignment = 4096;
constexpr unsigned kMostExtents = 64;

/// What an operation came to: its result, or -errno.
using Result = std::int64_t;

Result result_of(std::int64_t returned) { return returned < 0 ? -errno : returned; }

Result create_file(const fs::path& path, Target target) {
  const FileDescriptor file(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (!file.valid()) return -errno;
  if (target != Target::nodatacow) return 0;
  int flags = 0;
  if (::ioctl(file.get(), FS_IOC_GETFLAGS, &flags) != 0) return -errno;
  flags |= FS_NOCOW_FL;  // only takes on an empty file
  return result_of(::ioctl(file.get(), FS_IOC_SETFLAGS, &flags));
}

Result write_range(const fs::path& path, const KernelOperation& operation) {
  const bool direct = operation.kind == OperationKind::dwrite;
  const FileDescriptor file(path, O_WRONLY | (direct ? O_DIRECT : 0));
  if (!file.valid()) return -errno;
  const std::unique_ptr<void, decltype(&std::free)> buffer(
      std::aligned_alloc(kDirectAlignment, (operation.length + kDirectAlignment - 1) /
                                               kDirectAlignment * kDirectAlignment),
      &std::free);
  if (!buffer) return -ENOMEM;
  std::memset(buffer.get(), direct ? 'd' : 'w', operation.length);
  return result_of(
      ::pwrite(file.get(), buffer.get(), operation.length, static_cast<off_t>(operation.offset)));
}

/// Whole pages. Without readahead, which would look at the pages beside them.
Result store_range(const fs::path& path, const KernelOperation& operation) {
  const FileDescriptor file(path, O_RDWR);
  if (!file.valid()) return -errno;
  void* const memory = ::mmap(nullptr, operation.length, PROT_READ | PROT_WRITE, MAP_SHARED,
                              file.get(), static_cast<off_t>(operation.offset));
  if (memory == MAP_FAILED) return -errno;
  ::madvise(memory, operation.length, MADV_RANDOM);
  std::memset(memory, 'm', operation.length);
  ::munmap(memory, operation.length);
  return static_cast<Result>(operation.length);
}

Result allocate_range(const fs::path& path, const KernelOperation& operation) {
  const FileDescriptor file(path, O_RDWR);
  if (!file.valid()) return -errno;
  int mode = 0;
  if (operation.kind == OperationKind::fpunch) mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
  if (operation.kind == OperationKind::fzero) mode = FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE;
  const int error = ::fallocate(file.get(), mode, static_cast<off_t>(operation.offset),
                                static_cast<off_t>(operation.length));
  return error == 0 ? static_cast<Result>(operation.length) : -errno;
}

Result sync_file(const fs::path& path) {
  const FileDescriptor file(path, O_RDONLY);
  return result_of(file.valid() ? ::fsync(file.get()) : -1);
}

Result call(const KernelOperation& operation, Target target, const fs::path& path,
            ImageFilesystem& filesystem) {
  switch (operation.kind) {
    case OperationKind::creat: return create_file(path, target);
    case OperationKind::write:
    case OperationKind::dwrite: return write_range(path, operation);
    case OperationKind::mwrite: return store_range(path, operation);
    case OperationKind::falloc:
    case OperationKind::fpunch:
    case OperationKind::fzero: return allocate_range(path, operation);
    case OperationKind::truncate:
      return result_of(::truncate(path.c_str(), static_cast<off_t>(operation.offset)));
    case OperationKind::fsync: return sync_file(path);
    case OperationKind::sync: filesystem.sync(); return 0;
    case OperationKind::umount: filesystem.unmount(); return 0;
  }
  return -EINVAL;
}

}  // namespace

std::string perform(const KernelOperation& operation, Target target, const fs::path& path,
                    ImageFilesystem& filesystem) {
  const Result result = call(operation, target, path, filesystem);
  if (result < 0) {
    const char* const name = ::strerrorname_np(static_cast<int>(-result));
    return fmt::format(" = {}", name != nullptr ? name : "error");
  }
  const bool whole = static_cast<std::uint64_t>(result) == operation.length;
  return whole ? "" : fmt::format(" = {}", result);
}

std::vector<FileExtent> extents_of(const fs::path& path) {
  const FileDescriptor file(path, O_RDONLY);
  const std::unique_ptr<fiemap, decltype(&std::free)> map(
      static_cast<fiemap*>(std::calloc(1, sizeof(fiemap) + kMostExtents * sizeof(fiemap_extent))),
      &std::free);
  if (!map) throw SystemFailure("no memory for FIEMAP");
  map->fm_length = FIEMAP_MAX_OFFSET;
  map->fm_extent_count = kMostExtents;
  if (!file.valid() || ::ioctl(file.get(), FS_IOC_FIEMAP, map.get()) != 0)
    throw SystemFailure(with_errno("FIEMAP"));
  std::vector<FileExtent> extents;
  for (unsigned i = 0; i < map->fm_mapped_extents; ++i) {
    const fiemap_extent& extent = map->fm_extents[i];
    const bool delayed = (extent.fe_flags & FIEMAP_EXTENT_DELALLOC) != 0;
    const bool unwritten = (extent.fe_flags & FIEMAP_EXTENT_UNWRITTEN) != 0;
    extents.push_back({extent.fe_logical / kBlock, extent.fe_length / kBlock,
                       delayed     ? 'D'
                       : unwritten ? 'U'
                                   : 'W'});
  }
  return extents;
}

}  // namespace conform

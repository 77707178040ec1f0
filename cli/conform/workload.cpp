#include "cli/conform/workload.hpp"

#include <array>

#include <fmt/format.h>

namespace conform {
namespace {

constexpr std::array kTargets = {Target::nodatacow, Target::datasum, Target::ext4,
                                 Target::ext4_bigalloc};

std::string_view name_of(OperationKind kind) {
  constexpr std::array<std::string_view, 11> names = {"creat",  "write",  "dwrite", "mwrite",
                                                      "falloc", "fpunch", "fzero",  "truncate",
                                                      "fsync",  "sync",   "umount"};
  return names.at(static_cast<std::size_t>(kind));
}

KernelWorkload ext4_workload(Target target) {
  using enum OperationKind;
  const auto on = [](OperationKind kind, std::uint64_t first, std::uint64_t count) {
    return KernelOperation{kind, first * kBlock, count * kBlock};
  };
  KernelWorkload workload;
  workload.target = target;
  // Never more than four extents where a look-up caches them: more would not fit into the inode.
  workload.operations = {{creat},          on(write, 1, 2),
                         on(write, 5, 1),  on(write, 1, 1),
                         on(falloc, 3, 2), {fsync},
                         on(write, 3, 1),  {fsync},
                         on(fpunch, 4, 2), on(mwrite, 0, 1),
                         {fsync},          on(fzero, 1, 1),
                         on(fpunch, 2, 2), on(write, 6, 1),
                         on(write, 9, 2),  on(fpunch, 9, 1),
                         on(write, 9, 1),  {truncate, 10 * kBlock},
                         on(dwrite, 1, 1), on(dwrite, 2, 1),
                         {fsync},          {truncate, 2 * kBlock + 1000},
                         {fsync},          {umount}};
  return workload;
}

}  // namespace

bool KernelOperation::has_range() const {
  return kind >= OperationKind::write && kind <= OperationKind::fzero;
}

std::string KernelOperation::marker() const {
  if (has_range()) return fmt::format("{} f0 [{},{}]", name_of(kind), offset, length);
  if (kind == OperationKind::truncate) return fmt::format("{} f0 {}", name_of(kind), offset);
  return std::string(name_of(kind));
}

std::span<const Target> targets() { return kTargets; }

std::string_view name_of(Target target) {
  constexpr std::array<std::string_view, 4> names = {"nodatacow", "datasum", "ext4",
                                                     "ext4-bigalloc"};
  return names.at(static_cast<std::size_t>(target));
}

bool is_ext4(Target target) { return target == Target::ext4 || target == Target::ext4_bigalloc; }

KernelWorkload workload_of(Target target) {
  if (is_ext4(target)) return ext4_workload(target);
  KernelWorkload workload;
  workload.target = target;
  workload.operations = {{OperationKind::creat},
                         {OperationKind::write, 600030, 27288},
                         {OperationKind::dwrite, 610304, 106496},
                         {OperationKind::fsync},
                         {OperationKind::sync}};
  return workload;
}

}  // namespace conform

#include "core/btrfs/fixes.hpp"

#include <array>
#include <cstddef>

namespace kernel::btrfs {
namespace {

template <auto kMember, class... Text>
constexpr Fix row(const Text&... text) {
  return fix_row<Fixes, kMember>(text...);
}

constexpr std::array<std::string_view, 2> kOwners{"ordered_extent", "extent_bits"};
constexpr std::array<std::string_view, 3> kReleased{"kept", "cleared", "freed"};
constexpr std::array<std::string_view, 2> kInvalidated{"always_freed", "freed_if_dirty"};
constexpr std::array<std::string_view, 2> kPaths{"iomap", "generic"};
constexpr std::array<std::string_view, 2> kChecksummed{"falls_back_to_buffered", "allowed"};
constexpr std::array<std::string_view, 2> kOverLimit{"flush_and_retry", "fail_at_once"};

constexpr std::array<std::string_view, 2> kAccounting{"per_bio", "per_folio"};

constexpr Fix kFixes[] = {
    row<&Fixes::qgroup_data_owner>("7dbeaad0af7d",
                                   "btrfs: change timing for qgroup reserved space for ordered "
                                   "extents to fix reserved space leak",
                                   "qgroup_data_owner", kOwners, "extent_bits"),
    row<&Fixes::released_qgroup_bit>("a86805504b88",
                                     "btrfs: don't clear qgroup reserved bit in release_folio",
                                     "released_qgroup_bit", kReleased, "cleared"),
    row<&Fixes::invalidated_qgroup_bits>(
        "fa91e4aa1716",
        "btrfs: qgroup: fix data leak caused by race between writeback and truncate",
        "invalidated_qgroup_bits", kInvalidated, "freed_if_dirty"),
    row<&Fixes::direct_write_path>("f85781fb505e", "btrfs: switch to iomap for direct IO",
                                   "direct_write_path", kPaths, "generic"),
    row<&Fixes::checksummed_direct_write>(
        "968f19c5b1b7", "btrfs: always fallback to buffered write if the inode requires checksum",
        "checksummed_direct_write", kChecksummed, "allowed"),
    row<&Fixes::qgroup_over_limit>("c53e9653605d",
                                   "btrfs: qgroup: try to flush qgroup space when we get -EDQUOT",
                                   "qgroup_over_limit", kOverLimit, "fail_at_once"),
    row<&Fixes::write_bio_accounting>("",
                                      "btrfs: a write bio accounts for all of its folios at once",
                                      "write_bio_accounting", kAccounting, "per_folio"),
};

constexpr Era kEras[] = {
    {"today", "Linux 6.18", Fixes{}},
    {"btrfs-6.9", "Linux 6.9: iomap direct IO, direct writes of files with checksums",
     Fixes{.checksummed_direct_write = ChecksummedDirectWrite::allowed,
           .write_bio_accounting = WriteBioAccounting::per_folio}},
    {"btrfs-5.9",
     "before 7dbeaad0af7d was merged for Linux 5.9: the reservation stays in the io tree until the "
     "ordered extent "
     "finishes; generic direct IO",
     Fixes{.qgroup_data_owner = QgroupDataOwner::extent_bits,
           .released_qgroup_bit = ReleasedQgroupBit::cleared,
           .invalidated_qgroup_bits = InvalidatedQgroupBits::freed_if_dirty,
           .direct_write_path = DirectWritePath::generic,
           .checksummed_direct_write = ChecksummedDirectWrite::allowed,
           .qgroup_over_limit = QgroupOverLimit::fail_at_once,
           .write_bio_accounting = WriteBioAccounting::per_folio}},
};

}  // namespace

std::span<const Fix> fixes() { return kFixes; }

std::span<const Era> eras() { return kEras; }

}  // namespace kernel::btrfs

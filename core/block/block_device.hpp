/// Asynchronous block IO: a submitted bio is a task of its own that completes when the scheduler
/// lets it, in any order, with or without an error. Sources: block/bio.c, include/linux/bio.h.
#pragma once

#include <map>
#include <memory_resource>
#include <vector>

#include "core/kernel/mutant.hpp"
#include "core/lib/byte_range.hpp"
#include "core/lib/content.hpp"
#include "sim/cell.hpp"

namespace kernel {

enum class bio_op : u8 { read, write };

/// Sectors of one file range that are contiguous on disk. Owned by the submitter until
/// `submit_bio`, by its completion task after that.
struct bio {
  explicit bio(std::pmr::memory_resource* memory) : contents(memory) {}

  bio_op op = bio_op::write;
  u64 file_offset = 0;  ///< bytes
  u64 disk = 0;         ///< bytes
  std::pmr::vector<Content>
      contents;    ///< one per sector: captured when added (write), filled in at the end (read)
  int status = 0;  ///< 0 or a negative errno, set at completion

  u64 size() const { return contents.size() * kPageSize; }
  ByteRange file_range() const { return range_of(file_offset, size()); }
};

class block_device final : public sim::Object {
 public:
  /// `injects_errors`: each completion chooses between success and -EIO.
  block_device(const char* name, bool injects_errors);

  /// Visible (spawn): the bio's completion task moves the data and then runs `end_io`. Returns that
  /// task, to which the submitter hands the work that it owes.
  template <class EndIo>
  sim::TaskId submit_bio(bio& submitted, EndIo end_io) {
    return sim::current().spawn("bio", [this, &submitted, end_io] {
      transfer(submitted);
      if (!mutant(Mutant::bio_never_ends)) end_io(submitted);
    });
  }

  /// One sector, read while the caller waits for it.
  Content read_sector(u64 disk);

  /// What the disk holds, for checks.
  Content peek(u64 disk) const;

 private:
  void transfer(bio& moved);

  bool injects_errors_;
  std::pmr::map<u64, Content> sectors_;  ///< by disk address; absent: zeros
};

}  // namespace kernel

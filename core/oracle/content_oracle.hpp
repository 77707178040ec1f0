/// Which data a file may hold: the judge of read-back.
#pragma once

#include <map>
#include <memory_resource>
#include <string>
#include <vector>

#include "core/lib/content.hpp"

namespace kernel {

/// What each sector of one file may hold once everything is written back (POSIX: a write that
/// returned n makes its first n bytes admissible and nothing else; concurrent overlapping writes:
/// either; a failed one: optional).
class ContentOracle {
 public:
  explicit ContentOracle(std::pmr::memory_resource* memory) : sectors_(memory) {}

  /// A write (or what zeroes: a truncate, a punched hole) is about to change [start, end): until it
  /// has returned, old and new are both admissible. `steps` counts the caller's steps: a task runs
  /// up to its next step before anybody decides when that comes, so the write begins when they move
  /// on. nullptr: now.
  void begin_write(WriteIdentity write, ByteRange range, const u32* steps = nullptr);
  /// The write returned and acknowledged the first `done` bytes; the rest may or may not have been
  /// written.
  void end_write(WriteIdentity write, ByteRange range, u64 done);
  /// May the sector that starts at byte `sector` hold `content`?
  bool admits(u64 sector, Content content) const;
  /// Calls `visit(sector)` for the sectors that were ever written, in order.
  template <class Visit>
  void for_each_sector(Visit visit) const {
    for (const auto& entry : sectors_) visit(entry.first);
  }
  /// For messages: the writes whose data the sector should hold.
  std::string expected(u64 sector) const;

 private:
  /// A write that has not been folded into `admissible` yet.
  struct Write {
    WriteIdentity identity;
    ByteRange range;
    const u32* steps;  ///< of who writes
    u32 steps_before;
    bool returned = false;
    bool acknowledged = false;  ///< all of its bytes in this sector

    bool has_begun() const { return returned || steps == nullptr || *steps != steps_before; }
  };

  struct Sector {
    explicit Sector(std::pmr::memory_resource* memory) : admissible(memory), writes(memory) {}
    std::pmr::vector<Content> admissible;  ///< before `writes`
    std::pmr::vector<Write> writes;        ///< folded in when all that have begun have returned
    u32 last_write = 0;                    ///< number of the last acknowledged write
  };

  static void fold(Sector& sector, u64 at);
  Sector& sector_at(u64 sector);

  std::pmr::map<u64, Sector> sectors_;
};

}  // namespace kernel

/// Data races, found by happens-before (FastTrack, Flanagan and Freund, PLDI 2009) and worded as
/// KCSAN words them.
#pragma once

#include <cstdint>

#include "sim/record.hpp"
#include "sim/task.hpp"

namespace sim {

class Execution;

/// When a cell was last written and read. Part of every plain cell.
struct AccessHistory {
  const char* name;  ///< the field, as the kernel spells it; static storage
  Phase phase =
      Phase::setup;  ///< accesses of an earlier phase happened before everything in this one
  bool reported = false;
  bool write_guarded = true;  ///< the latest write was made with the cell's guard held
  bool reads_guarded = true;  ///< and so were all reads since
  TaskId writer = kNoTask;
  TaskId reader = kNoTask;
  std::uint32_t write_tick = 0;
  std::uint32_t read_tick = 0;
  const char* write_function = "";
  const char* read_function = "";
  VectorClock* readers = nullptr;  ///< all reads, once two of them are concurrent
};

/// A plain read or write of the running task. Outside any task (building the world) it does
/// nothing. `guarded`: the cell's guard is held. Two such accesses cannot race, even where their
/// sections commute and therefore order nothing else.
void plain_read(Execution& execution, AccessHistory& history, bool guarded = false);
void plain_write(Execution& execution, AccessHistory& history, bool guarded = false);

}  // namespace sim

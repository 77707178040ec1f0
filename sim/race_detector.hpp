/// Data races, found by happens-before (FastTrack, Flanagan and Freund, PLDI 2009) and worded as KCSAN words them.
#pragma once

#include <cstdint>

#include "sim/record.hpp"
#include "sim/task.hpp"

namespace sim {

class Execution;

/// When a cell was last written and read. Part of every plain cell.
struct AccessHistory {
  const char* name;              ///< the field, as the kernel spells it; static storage
  Phase phase = Phase::setup;    ///< accesses of an earlier phase happened before everything in this one
  bool reported = false;
  TaskId writer = kNoTask;
  TaskId reader = kNoTask;
  std::uint32_t write_tick = 0;
  std::uint32_t read_tick = 0;
  const char* write_function = "";
  const char* read_function = "";
  VectorClock* readers = nullptr;  ///< all reads, once two of them are concurrent
};

/// A plain read or write of the running task. Outside any task (building the world) it does nothing.
void plain_read(Execution& execution, AccessHistory& history);
void plain_write(Execution& execution, AccessHistory& history);

}  // namespace sim

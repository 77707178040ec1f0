/// A task: a fiber with a name. One thread of control: a process in a system call, a fault, a
/// kworker, a bio completion.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/fiber.hpp"
#include "sim/holdings.hpp"
#include "sim/inline_stack.hpp"
#include "sim/label.hpp"
#include "sim/object.hpp"
#include "sim/operation.hpp"
#include "sim/record.hpp"
#include "sim/vector_clock.hpp"

namespace sim {

/// Birth order as a path: creator's path, then the count within the creator; 8 bits a level, most
/// significant first. Two tasks compare alike whatever the order of independent steps that bore
/// them.
using TaskPath = std::uint64_t;
inline constexpr unsigned kPathBitsPerLevel = 8;

/// 0: it is a root.
constexpr TaskPath creator_of(TaskPath path) {
  TaskPath level = (TaskPath{1} << kPathBitsPerLevel) - 1;
  while (path != 0 && (path & level) == 0) level <<= kPathBitsPerLevel;
  return path & ~level;
}

enum class TaskState : std::uint8_t { starting, pending, running, ended };

struct Task {
  TaskId id = kNoTask;
  TaskId creator = kNoTask;
  TaskState state = TaskState::starting;
  ActorId actor = kNoActor;
  const char* name = "";  ///< as the scenario or the kernel calls it; static or arena storage
  std::uint32_t number =
      0;  ///< count of tasks of this creator and name born before; 0 for the first
  TaskPath path = 0;

  Operation pending;                 ///< announced, not yet carried out
  Object* pending_object = nullptr;  ///< nullptr: an operation on no object (spawn)

  InlineStack<const char*, 12> frames;  ///< modelled functions, outermost first
  Holdings holdings;
  const Label* last_label = nullptr;

  std::uint8_t spin_depth = 0;  ///< spinlock sections that the task is inside of
  bool spin_released = false;   ///< a spinlock was released in the step `spin_step`
  std::uint32_t spin_step = 0;  ///< step in which the outermost open section was entered

  VectorClock clock;
  std::uint8_t children_born = 0;
  std::uint32_t objects_born = 0;
  std::uint32_t steps = 0;

  Fiber fiber;
  void (*entry)(void*) = nullptr;
  void* argument = nullptr;
};

}  // namespace sim

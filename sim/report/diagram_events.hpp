/// What of a narrative a diagram shows: notes that matter, the calls that lead to them, and how
/// deep each is drawn. Internal to diagram.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/execution.hpp"

namespace sim {

struct DiagramEvent {
  enum class Kind : std::uint8_t {
    call,     ///< a function is entered
    effect,   ///< also what the kernel prints
    remark,   ///< a label, a milestone, a task that blocks
    verdict,  ///< a finding
    elision,  ///< something was left out
  };
  Kind kind;
  ActorId actor;
  unsigned depth;  ///< in functions drawn around it
  std::string text;
  std::string function;  ///< innermost function drawn around it, or itself
};

/// How much is shown; each level shows less than the one before.
inline constexpr int kLevels = 3;

/// Of the explored phase, in order of time. What a task did before its first step stands at its
/// first step.
std::vector<DiagramEvent> explored_events(const Execution& execution, int level);

/// Messages and findings outside the explored tasks (a deadlock, teardown), in order; each once.
std::vector<DiagramEvent> consequences(const Execution& execution);

}  // namespace sim

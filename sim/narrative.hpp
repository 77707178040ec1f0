/// The readable side of an execution: calls, labels, effects, tracepoints, messages and counters in
/// order. Filled only when asked for (a replay), never in a search.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/record.hpp"

namespace sim {

enum class NoteKind : std::uint8_t {
  call,        ///< a modelled function was entered
  label,       ///< a label was passed
  effect,      ///< what changed, in a phrase
  tracepoint,  ///< a tracepoint of the modelled kernel: name and fields
  message,     ///< what the kernel would print
  finding,
  mark,  ///< the model's own milestone (an operation of a task begins or ended)
};

struct Note {
  std::uint32_t step;  ///< index in Record::steps; kBeforeSteps if no step was made yet
  ActorId actor;
  std::uint8_t depth;  ///< call depth
  NoteKind kind;
  std::string text;
};

struct Narrative {
  std::vector<Note> notes;
  std::vector<const char*> counter_names;
  std::vector<std::vector<std::int64_t>>
      counters;  ///< after each step, in the order of counter_names

  void clear() {
    notes.clear();
    counter_names.clear();
    counters.clear();
  }
};

}  // namespace sim

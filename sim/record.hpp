/// What an execution remembers while it runs: fixed-size records, nothing formatted. The vectors
/// keep their memory from one execution to the next.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/label.hpp"
#include "sim/operation.hpp"

namespace sim {

enum class Phase : std::uint8_t { setup, explored, teardown };

using ActorId = std::uint16_t;

/// Who a task was, for as long as the execution is talked about (task slots are used again in the
/// next phase).
struct Actor {
  const char* name;
  std::uint32_t number;  ///< count among the creator's tasks of that name
  ActorId creator;       ///< kNoActor: a root
  Phase phase;
  std::uint64_t path;       ///< TaskPath: who it is, whatever the order of independent steps
  std::uint32_t born_step;  ///< step in which it was spawned; kBeforeSteps for roots
};
inline constexpr ActorId kNoActor = 0xffff;
inline constexpr std::uint32_t kBeforeSteps = 0xffffffffU;

/// An additional access of a step, beside its operation.
struct Footprint {
  ObjectId object;
  Access access;
};

constexpr Operation as_operation(const Footprint& touched) {
  return {OpKind::update, touched.access, touched.object};
}

struct StepRecord {
  TaskMask enabled;               ///< who could have gone on instead
  Operation op;                   ///< as it was carried out
  const Label* label;             ///< last label passed in the step, or nullptr
  std::uint32_t footprint_begin;  ///< in Record::footprint; ends where the next step's begins
  std::uint32_t choice_begin;     ///< in Record::choices; ends where the next step's begins
  ActorId actor;
  TaskId task;
  Phase phase;
};

struct ChoiceRecord {
  const char* what;
  std::uint32_t options;
  std::uint32_t value;
};

struct Record {
  std::vector<StepRecord> steps;
  std::vector<Footprint> footprint;
  std::vector<ChoiceRecord> choices;
  std::vector<Actor> actors;
  std::uint32_t footprint_size = 0;  ///< of the lists: each step asks
  std::uint32_t choices_size = 0;
  std::uint32_t explored_begin = 0;  ///< index of the first explored step
  std::uint32_t explored_end = 0;

  std::uint32_t footprint_end(std::uint32_t step) const {
    return step + 1 < steps.size() ? steps[step + 1].footprint_begin
                                   : static_cast<std::uint32_t>(footprint.size());
  }
  std::span<const Footprint> touched_by(std::uint32_t step) const {
    const std::uint32_t begin = steps[step].footprint_begin;
    return {footprint.data() + begin, footprint_end(step) - begin};
  }
  std::uint32_t choice_end(std::uint32_t step) const {
    return step + 1 < steps.size() ? steps[step + 1].choice_begin
                                   : static_cast<std::uint32_t>(choices.size());
  }

  void add(const Footprint& touched) {
    footprint.push_back(touched);
    ++footprint_size;
  }
  void add(const ChoiceRecord& made) {
    choices.push_back(made);
    ++choices_size;
  }

  /// How long the lists are.
  struct Ends {
    std::size_t steps = 0;
    std::size_t footprint = 0;
    std::size_t choices = 0;
    std::size_t actors = 0;
  };
  Ends ends() const { return {steps.size(), footprint.size(), choices.size(), actors.size()}; }
  /// Forgets what came since they were that long.
  void cut(const Ends& ends) {
    steps.resize(ends.steps);
    footprint.resize(ends.footprint);
    choices.resize(ends.choices);
    actors.resize(ends.actors);
    footprint_size = static_cast<std::uint32_t>(ends.footprint);
    choices_size = static_cast<std::uint32_t>(ends.choices);
    explored_end = 0;
  }

  void clear() {
    steps.clear();
    footprint.clear();
    choices.clear();
    actors.clear();
    footprint_size = choices_size = 0;
    explored_begin = explored_end = 0;
  }

  /// Name of an actor that does not depend on the order of independent steps: "writer",
  /// "writer>bio", "writer>bio#2".
  std::string actor_name(ActorId id) const {
    const Actor& actor = actors[id];
    std::string name =
        actor.creator == kNoActor ? actor.name : actor_name(actor.creator) + ">" + actor.name;
    if (actor.number > 0) name += "#" + std::to_string(actor.number + 1);
    return name;
  }

  /// Whether `actor_name(id)` is `name`; builds nothing.
  bool is_named(ActorId id, std::string_view name) const {
    const Actor& actor = actors[id];
    if (actor.number > 0) {
      const std::size_t mark = name.rfind('#');
      if (mark == std::string_view::npos ||
          name.substr(mark + 1) != std::to_string(actor.number + 1))
        return false;
      name = name.substr(0, mark);
    }
    const std::string_view own = actor.name;
    if (!name.ends_with(own)) return false;
    name.remove_suffix(own.size());
    if (actor.creator == kNoActor) return name.empty();
    return name.ends_with('>') && is_named(actor.creator, name.substr(0, name.size() - 1));
  }
};

}  // namespace sim

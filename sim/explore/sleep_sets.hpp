/// Sleep sets: events that were explored from a point on the path, and need not be run below its
/// other branches until something dependent on them has been. An event whose step makes injected
/// choices sleeps once for each way in which they fell.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/explore/events.hpp"
#include "sim/explore/mutation.hpp"

namespace sim {

class SleepSets {
 public:
  struct Sleeper {
    std::uint32_t event;  ///< number in the pool
    bool awake;           ///< kept beside others of its task that still sleep
  };
  using Set = std::vector<Sleeper>;

  /// `event` of `task` has been explored from the point that `set` belongs to.
  void add(Set& set, const Event& event, TaskId task);
  /// Sets `below` to what of `set` still sleeps after a step that did `made`.
  void pass(const Set& set, const Event& made, Set& below) const;

  /// Tasks that have no way to go on which is not asleep.
  TaskMask tasks(const Set& set) const;
  Event event_of(std::uint32_t number) const;
  TaskId task_of(std::uint32_t number) const { return kept_[number].task; }
  /// Is the event's task asleep as far as the event goes (a foreseen one: whatever it chooses)?
  bool sleeps(const Set& set, const Event& event) const;
  /// Is one of the sleepers a weak initial of `events`, so that they are covered?
  bool cover(const Set& set, std::span<const Event> events) const;
  /// May `task` make the choices `made` in its step, or is all that begins so asleep?
  bool allow(const Set& set, TaskPath task, std::span<const Chosen> made) const {
    return !whole_task(set, task, made);
  }

  /// The first `count` events of the pool were explored by others. Reversals that their subtrees
  /// ask for are not known here, so they cover only what they take part in: for this search their
  /// tasks are disabled until something dependent is made, and nothing more.
  void others_explored(std::size_t count) { foreign_ = count; }

  /// Explored by others, who know what its subtree asks for.
  bool strange(std::uint32_t number) const {
    return number < foreign_ && !planted(Mutation::strangers_cover);
  }

  bool any_strange() const { return foreign_ != 0; }

  /// The pool is a stack: whoever goes back from a point takes off what was added there.
  std::size_t size() const { return kept_.size(); }
  std::size_t bytes() const {
    return kept_.capacity() * sizeof(Kept) + touches_.capacity() * sizeof(Touch) +
           choices_.capacity() * sizeof(Chosen);
  }
  void shrink(std::size_t size);

 private:
  struct Kept {
    TaskPath path;
    TaskId task;
    std::uint32_t touches_end;
    std::uint32_t choices_end;
  };

  bool cover_by_choices(const Set& set, std::span<const Event> events) const;
  bool whole_task(const Set& set, TaskPath path, std::span<const Chosen> made) const;

  std::vector<Kept> kept_;
  std::size_t foreign_ = 0;
  std::vector<Touch> touches_;
  std::vector<Chosen> choices_;
};

}  // namespace sim

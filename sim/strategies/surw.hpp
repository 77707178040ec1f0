/// SURW, selectively uniform random walk (Zhao, Wolff, Mathur, Roychoudhury, ASPLOS 2025): uniform
/// over the orders of the interesting steps only. A task is intended to make the next one, as
/// likely as the number of them that it has left; the others are held in front of theirs and run
/// freely otherwise.
///
/// Interesting in one execution are the steps on objects of one class that several tasks act on,
/// drawn anew for each execution (a lock class, a field).
///
/// Guarantee: if nothing blocks and the counts are exact, every order of the interesting steps is
/// equally likely, however many other steps there are. Counts come from a profile.
#pragma once

#include "sim/strategies/profile.hpp"
#include "sim/strategies/sampling.hpp"

namespace sim {

class Surw final : public Sampling {
 public:
  Surw(const SampleRange& range, Profile profile) : Sampling(range), profile_(std::move(profile)) {}

  void begin(const Execution& execution) override;
  TaskId next_task(const Execution& execution) override;

 private:
  void look_at(const Task& task);
  void note_step(const Execution& execution);
  void meet(const Task& task);
  std::uint32_t weight(TaskId task) const;
  void intend(const Execution& execution, TaskMask tasks);

  Profile profile_;

  // Of this execution.
  std::size_t class_ = 0;            ///< in Profile::classes; their number: nothing is shared
  TaskId intended_ = kNoTask;        ///< who makes the next interesting step
  TaskMask interesting_ = 0;         ///< whose pending step is interesting
  std::uint32_t left_[kMaxTasks]{};  ///< interesting steps, with those of children not born yet
};

}  // namespace sim

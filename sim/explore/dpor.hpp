/// What the searches with dynamic partial order reduction have in common: the path of scheduling
/// points and choices that is being varied, sleep sets, and the races of each execution. They
/// differ in what they do about a race, and in what they run next from a point.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/explore/events.hpp"
#include "sim/explore/happens_before.hpp"
#include "sim/explore/search.hpp"
#include "sim/explore/search_unit.hpp"
#include "sim/explore/sleep_sets.hpp"

namespace sim {

class Dpor : public Search {
 public:
  void begin(const Execution& execution) override;
  void resume(const Execution& execution) override;
  TaskId next_task(const Execution& execution) override;
  std::uint32_t choose(const Execution& execution, const char* what,
                       std::uint32_t options) override;
  void end(const Execution& execution) override;
  bool advance() override;
  bool redundant() const override { return blocked_; }
  bool complete() const override { return sound_; }
  std::uint32_t shared() const override { return unchanged_; }

  /// Scheduling points and choices shared by the execution before and the one to come.
  std::uint32_t depth() const { return points_in_use_; }
  /// After `advance` returned true: all that is not explored yet, as units that begin at each point
  /// of the path. Whoever hands them on does not go on with this search.
  std::vector<SearchUnit> rest();

 protected:
  Dpor() = default;
  explicit Dpor(const SearchUnit& unit);

  /// Memory of the path and of what sleeps along it.
  std::size_t bytes() const;

  /// A scheduling point of the path; number N leads to explored step N.
  struct Point {
    TaskId task = kNoTask;  ///< who runs
    TaskPath path = 0;      ///< of that task
    TaskMask enabled = 0;
    bool free = true;                ///< the step's choices are all tried
    std::vector<Chosen> prescribed;  ///< otherwise those that it makes
    SleepSets::Set asleep;
    std::size_t sleepers = 0;  ///< in the pool before any was added here
  };

  /// A new point was reached: what to run from it, first of all. Sets its `task`; kNoTask: nothing.
  virtual void enter(const Execution& execution, std::uint32_t step) = 0;
  /// An execution has just ended: what its races ask for.
  virtual void reverse_races(const Execution& execution) = 0;
  /// All that begins with the point's present step was explored: sets the next; false: none left.
  virtual bool vary(std::uint32_t step) = 0;
  /// May there be a next?
  virtual bool can_vary(std::uint32_t step) = 0;
  /// Is a choice made in `step` settled by `settle`, instead of all its values being tried?
  virtual bool settles(std::uint32_t) const { return false; }
  virtual std::uint32_t settle(std::span<const std::uint32_t> values) { return values.front(); }

  /// Who runs from now on with that path from a point of the path; kNoTask: nobody could.
  TaskId runnable(std::uint32_t step, TaskPath path) const;

  Point& point(std::uint32_t step) { return points_[step]; }
  /// `task` makes the point's step; kNoTask: nobody does.
  void run_next(std::uint32_t step, TaskId task) {
    points_[step].task = task;
    points_[step].path = task == kNoTask ? 0 : paths_[task];
  }
  std::uint32_t points() const { return points_in_use_; }
  /// Steps before it are the unit's prefix: what their races ask for belongs to other units.
  std::uint32_t first_point() const { return static_cast<std::uint32_t>(unit_.prefix.size()); }
  Events& events() { return events_; }
  const SleepSets& sleep_sets() const { return sleep_sets_; }
  const HappensBefore& order() const { return order_; }

 private:
  /// An injected choice of the path.
  struct Choice {
    std::uint32_t step;  ///< in which it is made; kBeforeSteps: before the first
    std::uint32_t value;
    std::uint32_t options;
    bool prescribed;
  };

  static bool made_before(const Choice& choice, std::uint32_t step) {
    return choice.step == kBeforeSteps || choice.step < step;
  }
  Point& add_point();
  void read_paths(const Execution& execution);
  void drop_point();
  std::span<const Chosen> made_in(std::uint32_t step);
  std::uint32_t first_awake(std::uint32_t step, std::span<const Chosen> made, std::uint32_t value,
                            std::uint32_t options) const;
  bool vary_choice(std::uint32_t step);
  void put_to_sleep(std::uint32_t step);
  void put_unit_to_sleep(Point& first);
  SearchUnit unit_from(std::uint32_t step);
  SearchUnit::Sleeper shared(const SleepSets::Sleeper& sleeper) const;

  SearchUnit unit_;
  std::vector<Point> points_;  ///< the first `points_in_use_` of them; the others keep their memory
  std::uint32_t points_in_use_ = 0;
  std::vector<Choice> choices_;
  std::vector<Chosen> made_;      ///< scratch
  std::uint32_t steps_ = 0;       ///< of this execution, that were chosen
  std::size_t choices_made_ = 0;  ///< of this execution
  std::uint32_t unchanged_ = 0;   ///< steps shared with the execution before
  bool blocked_ = false;
  bool sound_ = true;  ///< false: what the options ask for is not closed under the order of
                       ///< independent steps
  Events events_;
  SleepSets sleep_sets_;
  HappensBefore order_;
  std::vector<TaskPath> paths_;  ///< of the latest execution's tasks so far
};

}  // namespace sim

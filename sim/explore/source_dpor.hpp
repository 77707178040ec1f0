/// Exhaustive search with dynamic partial order reduction: source sets and sleep sets (Abdulla,
/// Aronis, Jonsson, Sagonas, POPL 2014). Every Mazurkiewicz trace is run to its end exactly once;
/// further executions end early, when everything enabled is asleep, and are counted as blocked.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/explore/happens_before.hpp"
#include "sim/explore/search.hpp"

namespace sim {

class SourceDpor final : public Search {
 public:
  void begin(const Execution& execution) override;
  TaskId next_task(const Execution& execution) override;
  std::uint32_t choose(const Execution& execution, const char* what,
                       std::uint32_t options) override;
  void end(const Execution& execution) override;
  bool advance() override;
  bool redundant() const override { return blocked_; }
  bool complete() const override { return sound_; }

 private:
  /// A step that a sleeping task would make: what it did when it was explored. One for each way in
  /// which its injected choices fell; once one of them is awake the task may run, and the others
  /// are `partial`: not worth running.
  struct Asleep {
    TaskId task;
    bool partial;
    std::vector<std::uint32_t> choices;
    std::vector<Operation> accesses;
  };

  /// One scheduling point, or one choice, of the execution that is being varied.
  struct Node {
    TaskId task = kNoTask;  ///< kNoTask: a choice
    TaskMask enabled = 0;
    TaskMask backtrack = 0;
    std::vector<Asleep> asleep;
    std::uint32_t step =
        0;  ///< index of the explored step that it leads to or is made in; kBeforeSteps: none yet
    std::uint32_t value = 0;
    std::uint32_t options = 0;
  };

  static TaskId first_choice(const Execution& execution, TaskMask awake);
  static TaskMask tasks_of(const std::vector<Asleep>& asleep);
  static std::vector<std::uint32_t> choices_of(const Record& record, std::uint32_t step);
  static std::vector<Operation> accesses_of(const Record& record, std::uint32_t step);
  std::vector<Asleep> still_asleep(const Execution& execution, const Node& node) const;
  bool repeats_sleeper(const Record& record, const Node& node) const;
  TaskMask initials(const Record& record, const Race& race) const;
  void put_to_sleep(std::uint32_t step);
  void reverse(const Execution& execution, const Race& race);
  Node& node_of_step(std::uint32_t step) { return path_[node_of_step_[step]]; }

  std::vector<Node> path_;
  std::vector<std::uint32_t> node_of_step_;  ///< explored step -> index in path_
  std::size_t depth_ = 0;
  std::uint32_t unchanged_ = 0;  ///< explored steps shared with the previous execution
  bool blocked_ = false;
  bool sound_ =
      true;  ///< false: what the options ask for is not closed under the order of independent steps
  const Record* record_ = nullptr;  ///< the latest execution's
  HappensBefore order_;
};

}  // namespace sim

/// Directed execution: follows a scenario's directives, "run fault until
/// ext4_da_map_blocks:hole_seen". To the letter, or it is an error that names what stopped it; in
/// guide mode as far as possible, and where it left is remembered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/label.hpp"
#include "sim/strategy.hpp"
#include "sim/task.hpp"

namespace sim {

/// When a `run` directive is done. The task then stands at its next scheduling point.
struct Until {
  enum class Kind : std::uint8_t {
    exit,     ///< it ended
    label,    ///< it passed `label` `count` times since the directive began
    blocked,  ///< it cannot go on: in an operation on `name` (class or full name of an object);
              ///< empty: whatever on
    steps,    ///< it made `count` steps
  };
  Kind kind = Kind::exit;
  const Label* label = nullptr;
  std::string name;
  std::uint64_t count = 1;

  static Until exit() { return {}; }
  static Until passed(const Label& label, std::uint64_t count = 1) {
    return {Kind::label, &label, {}, count};
  }
  static Until blocked(std::string on = {}) { return {Kind::blocked, nullptr, std::move(on), 1}; }
  static Until steps(std::uint64_t count) { return {Kind::steps, nullptr, {}, count}; }
};

struct Directive {
  enum class Kind : std::uint8_t { run, choose };
  Kind kind = Kind::run;
  /// run: a task, by its name ("writer"), its last part where that is unambiguous ("bio-end#2"), or
  /// in full
  /// ("writer>bio-end#2"). choose: the choice as the model names it.
  std::string subject;
  Until until;              ///< run
  std::uint32_t value = 0;  ///< choose: taken the next time that the choice is asked for

  static Directive run(std::string task, Until until) {
    return {Kind::run, std::move(task), std::move(until), 0};
  }
  static Directive choose(std::string what, std::uint32_t value) {
    return {Kind::choose, std::move(what), {}, value};
  }
};

/// Where an execution left its directives, and why.
struct Departure {
  std::size_t directive;  ///< index in the list
  std::uint32_t step;     ///< number of steps made by then
  std::string text;       ///< "falloc waits for down_write(foo:i_rwsem), which fault must provide"
};

/// After the last directive it goes on by the fixed order to quiescence. What a task does before
/// its first step belongs to its first directive: a label passed there counts.
class DirectedStrategy final : public Strategy {
 public:
  explicit DirectedStrategy(std::vector<Directive> directives, bool guide = false)
      : directives_(std::move(directives)), guide_(guide) {}

  void begin(const Execution& execution) override;
  TaskId next_task(const Execution& execution) override;
  std::uint32_t choose(const Execution& execution, const char* what,
                       std::uint32_t options) override;
  void end(const Execution& execution) override;

  /// Empty: followed to the letter. Without guide mode at most one, and the execution was cut
  /// there.
  const std::vector<Departure>& departures() const { return departures_; }
  bool followed() const { return departures_.empty(); }

  /// For each directive that is over, by its index: the number of steps made by then.
  const std::vector<std::uint32_t>& ends() const { return ends_; }

 private:
  /// What to do about the directive in progress.
  struct Progress {
    enum class Kind : std::uint8_t { satisfied, can_go_on, stuck };
    Kind kind;
    std::string why;  ///< stuck
  };
  struct Armed {
    std::size_t directive;
    std::string what;
    std::uint32_t value;
  };

  TaskId run_directives(const Execution& execution);
  void start_directive(const Execution& execution, const Directive& directive);
  Progress progress(const Execution& execution, const Directive& directive) const;
  Progress progress_of_ended(const Execution& execution, const Until& until) const;
  Progress progress_of_blocked(const Execution& execution, const Until& until) const;
  std::uint64_t passings(const Execution& execution, const Label& label) const;
  std::string last_label(const Execution& execution) const;
  void arm_choices(const Execution& execution);
  void depart(const Execution& execution, std::size_t directive, std::string text);
  bool stopped() const { return !guide_ && !departures_.empty(); }

  std::vector<Directive> directives_;
  bool guide_;
  std::size_t position_ = 0;
  std::vector<Armed> armed_;
  std::vector<Departure> departures_;
  std::vector<std::uint32_t> ends_;

  // The run directive in progress.
  bool started_ = false;
  TaskId task_ = kNoTask;
  std::string unknown_;          ///< why `task_` is kNoTask
  std::size_t labels_from_ = 0;  ///< index in Execution::labels_passed
  std::uint32_t steps_from_ = 0;
};

}  // namespace sim

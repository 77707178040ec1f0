#include "sim/strategies/directed.hpp"

#include "sim/execution.hpp"
#include "sim/strategies/fixed_order.hpp"
#include "sim/strategies/task_lookup.hpp"
#include "sim/text.hpp"
#include "sim/wait_graph.hpp"

namespace sim {
namespace {

bool is_blocked(const Task& task) {
  return task.state == TaskState::pending && traits(task.pending.kind).blocks &&
         !task.pending_object->can_proceed(task, task.pending);
}

std::string goal(const Until& until) {
  switch (until.kind) {
    case Until::Kind::exit: return "end";
    case Until::Kind::label: {
      const std::string label = ascii(until.label->name());
      return until.count == 1 ? "reach " + label
                              : "reach " + label + " " + std::to_string(until.count) + " times";
    }
    case Until::Kind::blocked:
      return until.name.empty() ? "block" : "block on " + ascii(until.name);
    case Until::Kind::steps: return "make " + std::to_string(until.count) + " steps";
  }
  return "";
}

}  // namespace

void DirectedStrategy::begin(const Execution& execution) {
  position_ = 0;
  started_ = false;
  armed_.clear();
  departures_.clear();
  ends_.clear();
  arm_choices(execution);
}

void DirectedStrategy::arm_choices(const Execution& execution) {
  while (position_ < directives_.size() && directives_[position_].kind == Directive::Kind::choose) {
    armed_.push_back({position_, directives_[position_].subject, directives_[position_].value});
    ends_.push_back(execution.step());
    ++position_;
  }
}

void DirectedStrategy::depart(const Execution& execution, std::size_t directive, std::string text) {
  departures_.push_back({directive, execution.step(), std::move(text)});
}

std::uint32_t DirectedStrategy::choose(const Execution& execution, const char* what,
                                       std::uint32_t options) {
  for (std::size_t i = 0; i < armed_.size(); ++i) {
    if (armed_[i].what != what) continue;
    const Armed armed = armed_[i];
    armed_.erase(armed_.begin() + static_cast<std::ptrdiff_t>(i));
    if (armed.value < options) return armed.value;
    depart(execution, armed.directive,
           "choice " + ascii(what) + " has no value " + std::to_string(armed.value) +
               "; its values are 0 to " + std::to_string(options - 1));
    return 0;
  }
  return 0;
}

TaskId DirectedStrategy::next_task(const Execution& execution) {
  if (execution.phase() != Phase::explored) return fixed_order(execution);
  return run_directives(execution);
}

TaskId DirectedStrategy::run_directives(const Execution& execution) {
  while (!stopped() && position_ < directives_.size()) {
    const Directive& directive = directives_[position_];
    if (!started_) start_directive(execution, directive);
    const Progress now = progress(execution, directive);
    if (now.kind == Progress::Kind::can_go_on) return task_;
    if (now.kind == Progress::Kind::stuck) depart(execution, position_, now.why);
    ends_.push_back(execution.step());
    ++position_;
    started_ = false;
    arm_choices(execution);
  }
  return stopped() ? kNoTask : fixed_order(execution);
}

void DirectedStrategy::start_directive(const Execution& execution, const Directive& directive) {
  started_ = true;
  const TaskLookup found = find_task(execution, directive.subject);
  task_ = found.task;
  unknown_ = found.error;
  if (task_ == kNoTask) return;
  const Task& task = execution.task(task_);
  labels_from_ = task.steps == 0 ? 0 : execution.labels_passed().size();
  steps_from_ = task.steps;
}

std::uint64_t DirectedStrategy::passings(const Execution& execution, const Label& label) const {
  std::uint64_t count = 0;
  for (const PassedLabel& passed : execution.labels_passed().subspan(labels_from_))
    if (passed.label == &label && passed.task == task_) ++count;
  return count;
}

std::string DirectedStrategy::last_label(const Execution& execution) const {
  const Label* label = execution.task(task_).last_label;
  return label == nullptr ? "it passed no label"
                          : "the last label it passed is " + ascii(label->name());
}

DirectedStrategy::Progress DirectedStrategy::progress(const Execution& execution,
                                                      const Directive& directive) const {
  if (task_ == kNoTask) return {Progress::Kind::stuck, unknown_};
  const Until& until = directive.until;
  const Task& task = execution.task(task_);
  const bool reached =
      (until.kind == Until::Kind::label && passings(execution, *until.label) >= until.count) ||
      (until.kind == Until::Kind::steps && task.steps - steps_from_ >= until.count);
  if (reached) return {Progress::Kind::satisfied, {}};
  if (task.state == TaskState::ended) return progress_of_ended(execution, until);
  if (is_blocked(task)) return progress_of_blocked(execution, until);
  if ((execution.enabled() & mask_of(task_)) != 0) return {Progress::Kind::can_go_on, {}};
  const std::string name = ascii(execution.task_name(task));
  return {Progress::Kind::stuck,
          name + " cannot " + goal(until) + ": another task is inside a window that is held"};
}

DirectedStrategy::Progress DirectedStrategy::progress_of_ended(const Execution& execution,
                                                               const Until& until) const {
  if (until.kind == Until::Kind::exit) return {Progress::Kind::satisfied, {}};
  std::string why =
      ascii(execution.task_name(execution.task(task_))) + " ended and did not " + goal(until);
  if (until.kind == Until::Kind::label) {
    if (until.count > 1) why += ", only " + std::to_string(passings(execution, *until.label));
    why += "; " + last_label(execution);
  }
  return {Progress::Kind::stuck, why};
}

DirectedStrategy::Progress DirectedStrategy::progress_of_blocked(const Execution& execution,
                                                                 const Until& until) const {
  const Task& task = execution.task(task_);
  if (until.kind == Until::Kind::blocked) {
    const Object& object = *task.pending_object;
    if (until.name.empty() || until.name == object.class_name() || until.name == object.name())
      return {Progress::Kind::satisfied, {}};
  }
  return {Progress::Kind::stuck, ascii(execution.task_name(task)) + " cannot " + goal(until) +
                                     ": " + ascii(describe_wait(execution, task))};
}

/// The execution may end with directives that are satisfied but were not looked at since.
void DirectedStrategy::end(const Execution& execution) {
  const std::string cut = why_cut(execution.ending());
  if (!cut.empty() && position_ < directives_.size() && !stopped()) {
    depart(execution, position_, cut);
    return;
  }
  run_directives(execution);
  for (const Armed& armed : armed_) {
    if (stopped()) return;
    depart(execution, armed.directive, "choice " + ascii(armed.what) + " was never asked for");
  }
}

}  // namespace sim

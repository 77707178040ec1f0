#include "sim/execution.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "sim/assert.hpp"
#include "sim/fiber_switch.hpp"
#include "sim/kept_states.hpp"
#include "sim/obligation.hpp"
#include "sim/race_detector.hpp"
#include "sim/wait_graph.hpp"

namespace sim {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kStackBytes = std::size_t{256} << 10;
#else
constexpr std::size_t kStackBytes = std::size_t{64} << 10;
#endif

}  // namespace

std::string too_many_tasks() { return "more than " + std::to_string(kMaxTasks) + " tasks"; }

std::string why_cut(Ending ending) {
  if (ending == Ending::step_bound) return "the execution was cut at its step bound";
  if (ending == Ending::task_bound)
    return "the execution was cut where one phase of it needs " + too_many_tasks();
  return {};
}

Execution::Execution(ExecutionOptions options)
    : options_(std::move(options)),
      stacks_(kStackBytes),
      tasks_(new Task[kMaxTasks]),
      kept_(std::make_unique<KeptStates>()) {}

Execution::~Execution() = default;

void Execution::reset(Model& model, Strategy& strategy) {
  model_ = &model;
  strategy_ = &strategy;
  now_ = {};
  now_.steps_left = options_.max_steps;
  now_.always_asked = options_.held.empty() ? 0 : ~TaskMask{0};
  running_ = nullptr;
  arena_.reset();
  audit_.begin();
  observing_ = 0;
  objects_.assign(1, nullptr);  // kNoObject
  record_.clear();
  narrative_.clear();
  lockdep_.clear();
  findings_.clear();
  invariants_.clear();
  labels_passed_.clear();
  inside_held_.assign(options_.held.size(), kNoTask);
  looks_closely_ = options_.audit || options_.narrate;
}

Ending Execution::run(Model& model, Strategy& strategy) {
  FSW_ASSERT(detail::in_progress == nullptr, "executions do not nest");
  detail::in_progress = this;
  kept_->clear();
  reset(model, strategy);
  return run_from_explored(run_to_explored());
}

/// What is chosen before the first step may be chosen otherwise: then nothing is kept.
Ending Execution::run_on(Model& model, Strategy& strategy, std::uint32_t shared) {
  if (model_ != &model || !keeps_states()) return run(model, strategy);
  FSW_ASSERT(detail::in_progress == nullptr, "executions do not nest");
  detail::in_progress = this;
  keep_others_ = shared > 0;
  kept_->forget_behind(shared);
  if (!kept_->empty()) {
    strategy_ = &strategy;
    go_back_to(kept_->latest());
    strategy.resume(*this);
    return run_from_explored(true);
  }
  reset(model, strategy);
  const bool go_on = run_to_explored();
  if (go_on && record_.choices.empty()) now_.steps_behind = std::exchange(now_.steps_left, 0);
  return run_from_explored(go_on);
}

/// Up to the first explored step.
bool Execution::run_to_explored() {
  const bool go_on = run_phase(Phase::setup, &Model::build);
  record_.explored_begin = step();
  now_.objects_built = objects_.size();
  strategy_->begin(*this);
  if (go_on) begin_phase(Phase::explored, &Model::start);
  return go_on;
}

Ending Execution::run_from_explored(bool go_on) {
  if (go_on) go_on = end_phase();
  now_.steps_left += std::exchange(now_.steps_behind, 0);
  record_.explored_end = step();
  strategy_->end(*this);
  if (go_on) go_on = run_phase(Phase::teardown, &Model::finish);
  if (go_on) {
    model_->judge(*this);
    now_.final_state = model_->final_state();
  }
  detail::in_progress = nullptr;
  return now_.ending;
}

bool Execution::run_phase(Phase phase, void (Model::*spawner)(Execution&)) {
  begin_phase(phase, spawner);
  return end_phase();
}

void Execution::begin_phase(Phase phase, void (Model::*spawner)(Execution&)) {
  now_.phase = phase;
  stacks_.reset();
  now_.task_count = 0;
  now_.roots_born = 0;
  live_.clear();
  now_.alive = now_.may_block = 0;
  now_.last_task = kNoTask;
  (model_->*spawner)(*this);
  audit_step();
  if (phase == Phase::setup) {
    for (const char* name : model_->counter_names()) narrative_.counter_names.push_back(name);
  }
  now_.changed = kWatchAll;
  check_invariants();
}

bool Execution::end_phase() {
  drive();
  if (now_.ending == Ending::deadlock) explain_deadlock(*this);
  if (now_.ending == Ending::step_bound)
    report(FindingKind::livelock, "steps",
           "cut at its bound of " + std::to_string(options_.max_steps) +
               " steps: it may run for ever, or just be long");
  return now_.ending == Ending::quiescent;
}

void Execution::drive() {
  do {
    if (std::exchange(keep_due_, false)) keep_state();
#ifdef FSWEAVE_STEP_FROM_DRIVER
    while (Task* next = pick_next()) {
      running_ = next;
      Fiber::switch_to(driver_, next->fiber);
    }
#else
    running_ = pick_next();
    if (running_ != nullptr) Fiber::switch_to(driver_, running_->fiber);
#endif
    running_ = nullptr;
  } while (keep_due_);
}

Task& Execution::new_task(const char* name) {
  FSW_ASSERT(now_.task_count < kMaxTasks, "a phase of an execution has kMaxTasks tasks at most");
  Task* parent = running_;
  Task& task =
      *new (&tasks_[now_.task_count]) Task;  // in place: a copy would move its empty stacks too
  task.id = now_.task_count++;
  task.name = name;
  task.creator = parent == nullptr ? kNoTask : parent->id;
  std::uint8_t& born = parent == nullptr ? now_.roots_born : parent->children_born;
  FSW_ASSERT(born < 254, "a task spawned more than 254 tasks");
  ++born;
  unsigned level = 0;
  while (parent != nullptr && level < 8 && ((parent->path >> (56 - 8 * level)) & 0xff) != 0)
    ++level;
  FSW_ASSERT(level < 8, "tasks spawned more than 8 levels deep");
  task.path = (parent == nullptr ? 0 : parent->path) | (TaskPath{born} << (56 - 8 * level));
  const ActorId creator = parent == nullptr ? kNoActor : parent->actor;
  for (std::size_t i = record_.actors.size(); i-- > 0;) {
    const Actor& elder = record_.actors[i];
    if (elder.creator != creator || elder.phase != now_.phase || std::strcmp(elder.name, name) != 0)
      continue;
    task.number = elder.number + 1;
    break;
  }
  task.actor = static_cast<ActorId>(record_.actors.size());
  record_.actors.push_back({name, task.number, creator, now_.phase, task.path,
                            parent == nullptr ? kBeforeSteps : step() - 1});
  if (parent != nullptr) task.clock.join(parent->clock);
  task.clock.tick(task.id);
  return task;
}

TaskId Execution::spawn_task(const char* name, void (*entry)(void*), void* argument) {
  if (running_ != nullptr) {
    if (now_.task_count == kMaxTasks) {
      now_.steps_left = now_.steps_behind = 0;
      now_.at_limit = Ending::task_bound;
    }
    perform(operation(OpKind::spawn, kNoObject), nullptr);
  }
  Task& task = new_task(name);
  if (running_ != nullptr) running_->clock.tick(running_->id);
  task.entry = entry;
  task.argument = argument;
  const Stack stack = stacks_.take();
  task.fiber.prepare(stack.bottom, stack.size, &Execution::task_entry, &task);
  live_.insert(
      std::upper_bound(live_.begin(), live_.end(), task.path,
                       [this](TaskPath path, TaskId other) { return path < tasks_[other].path; }),
      task.id);
  now_.alive |= mask_of(task.id);
  run_prologue(task);
  return task.id;
}

/// Runs a new task to its first visible operation: there is no scheduling point at a task's start.
void Execution::run_prologue(Task& task) {
  Task* parent = running_;
  Fiber* outer = spawner_;
  spawner_ = parent == nullptr ? &driver_ : &parent->fiber;
  audit_step();
  running_ = &task;
  Fiber::switch_to(*spawner_, task.fiber);
  audit_step();
  running_ = parent;
  spawner_ = outer;
}

void Execution::task_entry(void* argument) {
  Task& task = *static_cast<Task*>(argument);
  Execution& self = current();
  task.entry(task.argument);
  self.end_task(task);
  bug("resumed", __FILE__, __LINE__, "an ended task was resumed");
}

TaskMask Execution::compute_enabled() {
  const Observing looks(*this);
  TaskMask enabled = now_.alive;
  for (TaskMask left = now_.may_block; left != 0; left &= left - 1) {
    const Task& task = tasks_[lowest_of(left)];
    if (!task.pending_object->can_proceed(task, task.pending)) enabled &= ~mask_of(task.id);
  }
  return options_.held.empty() ? enabled : apply_held_windows(enabled);
}

/// Nobody goes on: for good, or until the driver has kept the state.
Task* Execution::pause() {
  if (now_.steps_behind == 0) return stop(now_.at_limit);
  keep_due_ = true;
  return nullptr;
}

/// Part of its callers.
[[gnu::always_inline]] inline Task* Execution::pick_next() {
  now_.enabled = (now_.may_block | now_.always_asked) == 0 ? now_.alive : compute_enabled();
  if (now_.enabled == 0) return stop(live_.empty() ? Ending::quiescent : Ending::deadlock);
  if (now_.steps_left == 0) return pause();
  const TaskId chosen = searched() ? strategy_->next_task(*this) : fixed_order();
  if (chosen == kNoTask) return stop(Ending::cut);
  FSW_ASSERT((now_.enabled & mask_of(chosen)) != 0, "a strategy picked a disabled task");
  return &tasks_[chosen];
}

/// Part of its callers: a call and a return less at each switch, 2 % of a step of P1(5).
[[gnu::always_inline]] inline void Execution::hand_over(Task& self, bool dies) {
#ifdef FSWEAVE_STEP_FROM_DRIVER
  Fiber::switch_to(self.fiber, driver_, dies);
#else
  Task* next = pick_next();
  if (next == &self) return;
  running_ = next;
  Fiber::switch_to(self.fiber, next == nullptr ? driver_ : next->fiber, dies);
#endif
}

/// Part of `perform`, as each step opens and closes: with `close_step`, 2 % of a step of P5.
[[gnu::always_inline]] inline void Execution::open_step(Task& task) {
  task.state = TaskState::running;
  now_.last_task = task.id;
  --now_.steps_left;
  ++task.steps;
  record_.steps.emplace_back(now_.enabled, task.pending, nullptr, record_.footprint_size,
                             record_.choices_size, task.actor, task.id, now_.phase);
  if (now_.window_task != kNoTask && now_.window_task != task.id) now_.window_entered = true;
}

/// Part of its callers.
[[gnu::always_inline]] inline void Execution::close_step() {
  if ((now_.changed & now_.watched_as_state) != 0) touch_watched_state();
  if (((now_.changed | now_.overdue) & now_.watched) != 0) check_invariants();
  now_.changed = 0;
  if (looks_closely_) look_closely();
}

void Execution::look_closely() {
  audit_step();
  if (options_.narrate) note_counters();
}

/// Nothing but the order of their steps says which comes first, what the running task does or what
/// `task` does next.
bool Execution::acts_on_another(const Task& task) const {
  if (running_ == nullptr || running_ == &task || is_newborn(task)) return false;
  const bool for_its_creator = running_->state == TaskState::starting;
  return !(for_its_creator && running_->creator == task.id);
}

void Execution::unhold_of(Task& task, const Object& lock, std::uint32_t begin, std::uint32_t end) {
  if (acts_on_another(task)) {
    task.holdings.given_back_by(stamp(), {&lock, begin, end}, untracked_);
  } else {
    task.holdings.give_back({&lock, begin, end}, untracked_);
  }
}

void Execution::owe(Task& task, const Obligation& work, std::int64_t change) {
  if (acts_on_another(task)) {
    task.holdings.owed_by(stamp(), {&work, change}, untracked_);
  } else {
    task.holdings.owe({&work, change}, untracked_);
  }
  if (task.state == TaskState::ended && change > 0)
    report(FindingKind::lost_work, work.what(),
           task_name(task) + " had ended when it was handed " + std::to_string(change) + " of " +
               work.what());
}

/// An end that nothing orders with what others did to the task's debts is judged both ways: each is
/// what some execution of the same trace shows.
void Execution::report_lost_work(Task& task) {
  InlineStack<const Obligation*, 8> lost;
  const auto collect = [&] {
    for (const Holdings::Debt& debt : task.holdings.debts())
      if (debt.amount > 0 && std::find(lost.begin(), lost.end(), debt.work) == lost.end())
        lost.push(debt.work, untracked_);
  };
  settle(task);
  collect();
  task.holdings.settle_all(untracked_);
  collect();
  for (const Obligation* work : lost) {
    const std::uint64_t left = work->amount_of(task.id);
    const std::string how = left == 0 ? " ended before it could know that it no longer owed "
                                      : " ended and still owes " + std::to_string(left) + " of ";
    report(FindingKind::lost_work, work->what(), task_name(task) + how + work->what());
  }
}

void Execution::end_task(Task& task) {
  const bool in_prologue = task.state == TaskState::starting;
  task.state = TaskState::ended;
  if (!task.holdings.empty()) report_lost_work(task);
  live_.erase(std::find(live_.begin(), live_.end(), task.id));
  now_.alive &= ~mask_of(task.id);
  now_.may_block &= ~mask_of(task.id);
  if (now_.window_task == task.id)
    now_.window_task = kNoTask;  // it left without passing the end of the window
  if (in_prologue) {
    Fiber::switch_to(task.fiber, *spawner_, true);
  } else {
    close_step();
    hand_over(task, true);
  }
}

Operation& Execution::perform(Operation op, Object* object) {
  FSW_ASSERT(running_ != nullptr, "a visible operation outside any task");
  Task& self = *running_;
  self.pending = op;
  self.pending_object = object;
  now_.may_block = (now_.may_block & ~mask_of(self.id)) | TaskMask{traits(op.kind).blocks}
                                                              << self.id;
  if (self.state == TaskState::starting) {
    self.state = TaskState::pending;
    Fiber::switch_to(self.fiber, *spawner_);
  } else {
    self.state = TaskState::pending;
    close_step();
    hand_over(self, false);
  }
  open_step(self);
  return record_.steps.back().op;
}

TaskMask Execution::apply_held_windows(TaskMask enabled) const {
  if (now_.phase != Phase::explored) return enabled;
  for (const TaskId inside : inside_held_) {
    if (inside != kNoTask && (enabled & mask_of(inside)) != 0) return mask_of(inside);
  }
  return enabled;
}

/// Setup and teardown: go on with the same task while it can, else with the first by birth.
TaskId Execution::fixed_order() const {
  if (now_.last_task != kNoTask && (now_.enabled & mask_of(now_.last_task)) != 0)
    return now_.last_task;
  for (const TaskId task : live_)
    if ((now_.enabled & mask_of(task)) != 0) return task;
  return kNoTask;
}

void Execution::compare_memory() {
  audit_.compare(record_, running_ == nullptr ? kNoActor : running_->actor, searched());
}

void Execution::touch_watched_state() {
  for (const WatchedInvariant& watched : invariants_)
    if ((watched.reads & now_.changed) != 0 &&
        watched.invariant->kind == InvariantClass::relational)
      record_.add(Footprint{watched.guard->id(), Access::write});
}

void Execution::check_invariants() {
  const Observing looks(*this);
  const WatchMask changed = std::exchange(now_.changed, 0) | std::exchange(now_.overdue, 0);
  for (WatchedInvariant& watched : invariants_) {
    if ((watched.reads & changed) == 0) continue;
    const Invariant& invariant = *watched.invariant;
    if (invariant.kind == InvariantClass::guarded) {
      if (!watched.guard->can_proceed(tasks_[0], operation(OpKind::lock, watched.guard->id()))) {
        now_.overdue |= changed & invariant.reads;  // look again once the guard is free
        continue;
      }
    }
    const std::int64_t value = invariant.measure(watched.model);
    if (value == watched.last) continue;
    watched.last = value;
    if (value != 0)
      report(invariant.finding, invariant.name, invariant.describe(watched.model, value));
  }
}

void Execution::note_counters() {
  const Observing looks(*this);
  narrative_.counters.resize(step());
  if (step() == 0) return;
  std::vector<std::int64_t>& values = narrative_.counters.back();
  values.resize(narrative_.counter_names.size());
  model_->counters(values);
}

std::uint32_t Execution::choose(const char* what, std::uint32_t options) {
  FSW_ASSERT(options > 0, "a choice without options");
  if (now_.phase != Phase::explored || running_ == nullptr) return 0;
  const std::uint32_t value = strategy_->choose(*this, what, options);
  FSW_ASSERT(value < options, "a strategy chose a value that is not offered");
  record_.add(ChoiceRecord{what, options, value});
  return value;
}

namespace {

/// Stands for all that a relational invariant reads.
class WatchedState final : public Object {
 public:
  explicit WatchedState(const char* invariant) : Object({invariant}, sizeof(WatchedState)) {}
};

}  // namespace

void Execution::watch(const Invariant& invariant, const void* model, const Object* guard) {
  FSW_ASSERT((invariant.kind == InvariantClass::guarded) == (guard != nullptr),
             "an invariant has a guard iff it is guarded");
  if (invariant.kind == InvariantClass::relational) {
    guard = &make<WatchedState>(invariant.name);
    now_.watched_as_state |= invariant.reads;
  }
  now_.watched |= invariant.reads;
  invariants_.push_back({&invariant, invariant.reads, model, guard, 0});
}

void Execution::report(FindingKind kind, std::string name, std::string text) {
  const TaskId task = running_id();
  // The narrative tells of a difference when it first shows; how it grows stands in the list of
  // findings.
  const bool known = std::any_of(findings_.begin(), findings_.end(), [&](const Finding& finding) {
    return finding.kind == kind && finding.name == name;
  });
  if (options_.narrate && !known && traits(kind).weight != Weight::only_if_named)
    note(NoteKind::finding, std::string(traits(kind).word) + ": " + text);
  findings_.push_back(
      {kind, std::move(name), std::move(text), step() == 0 ? kBeforeSteps : step() - 1, task});
}

void Execution::note(NoteKind kind, std::string text) {
  if (!options_.narrate) return;
  const ActorId actor = running_ == nullptr ? kNoActor : running_->actor;
  const auto depth =
      running_ == nullptr ? std::uint8_t{0} : static_cast<std::uint8_t>(running_->frames.size());
  narrative_.notes.push_back(
      {step() == 0 ? kBeforeSteps : step() - 1, actor, depth, kind, std::move(text)});
}

void Execution::touch(const Object& object, Access access) {
  if (running_ == nullptr) return;
  FSW_ASSERT(running_->state == TaskState::running, "a touch before a task's first step");
  record_.add(Footprint{object.id(), access});
}

void Execution::passed(const Label& label) {
  if (running_ == nullptr) return;
  Task& task = *running_;
  task.last_label = &label;
  if (!record_.steps.empty() && task.state == TaskState::running)
    record_.steps.back().label = &label;
  if (options_.narrate) note(NoteKind::label, std::string(label.name()));
  if (now_.phase != Phase::explored) return;
  labels_passed_.push_back({&label, task.id});
  const auto passes = [&](const Window& window, const Label* end) {
    return &label == end && (window.task.empty() || record_.is_named(task.actor, window.task));
  };
  if (options_.watched && passes(*options_.watched, options_.watched->from)) {
    now_.window_task = task.id;
    now_.window_reached = true;
  } else if (options_.watched && passes(*options_.watched, options_.watched->to)) {
    now_.window_task = kNoTask;
  }
  for (std::size_t i = 0; i < options_.held.size(); ++i) {
    const Window& held = options_.held[i];
    if (passes(held, held.from)) inside_held_[i] = task.id;
    if (passes(held, held.to)) inside_held_[i] = kNoTask;
  }
}

bool Execution::label_passed(const Label& label) const {
  return std::any_of(labels_passed_.begin(), labels_passed_.end(),
                     [&](const PassedLabel& passed) { return passed.label == &label; });
}

ObjectId Execution::add_object(Object& object) {
  FSW_ASSERT(objects_.size() < 0xffff, "more than 65534 shared objects in one execution");
  objects_.push_back(&object);
  return static_cast<ObjectId>(objects_.size() - 1);
}

Frame::Frame(const char* function) : task_(current().running()) {
  if (task_ == nullptr) return;
  if (current().narrating()) current().note(NoteKind::call, function);
  task_->frames.push(function, current().untracked_memory());
}

Frame::~Frame() {
  if (task_ != nullptr) task_->frames.pop();
}

}  // namespace sim

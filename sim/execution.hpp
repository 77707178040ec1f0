/// One run of a model, from setup to quiescence or to a state that cannot go on. Runs tasks and
/// nothing else: a Strategy chooses, a Record remembers, invariants and detectors judge, reports
/// print.
///
/// A task announces its next visible operation with `perform` and yields; when it is picked,
/// `perform` returns and the task carries the operation out. What it runs from there to its next
/// `perform` is one step. Tasks hand over to each other directly; with FSWEAVE_STEP_FROM_DRIVER
/// every switch goes through the driver's stack and gives the same bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "sim/arena.hpp"
#include "sim/assert.hpp"
#include "sim/finding.hpp"
#include "sim/footprint_audit.hpp"
#include "sim/invariant.hpp"
#include "sim/lockdep.hpp"
#include "sim/model.hpp"
#include "sim/narrative.hpp"
#include "sim/record.hpp"
#include "sim/strategy.hpp"
#include "sim/task.hpp"

namespace sim {

enum class Ending : std::uint8_t {
  quiescent,   ///< every task ended
  deadlock,    ///< tasks are left and none can go on
  step_bound,  ///< cut by the limit on steps
  task_bound,  ///< cut where a phase needs more than kMaxTasks tasks
  cut,         ///< cut by the strategy
};

/// "more than 64 tasks": what one phase of an execution cannot have.
std::string too_many_tasks();

/// What is said of an execution that a bound cut; empty for others.
std::string why_cut(Ending ending);

/// A stretch of one task between two labels.
struct Window {
  std::string task;  ///< empty: whichever task passes the labels
  const Label* from = nullptr;
  const Label* to = nullptr;
};

struct ExecutionOptions {
  std::uint32_t max_steps = 100'000;
  bool narrate = false;       ///< fill the Narrative
  bool check_guards = false;  ///< abort where a cell is accessed without its guard
  bool audit = false;         ///< compare memory after each step; see FootprintAudit
  bool detect_races = true;
  bool explore_teardown = false;
  std::optional<Window> watched;  ///< was it entered by another task?
  std::vector<Window>
      held;  ///< windows in which no other task runs unless the one inside is blocked
};

/// One passing of a label.
struct PassedLabel {
  const Label* label;
  TaskId task;
};

struct KeptState;
class KeptStates;

class Execution {
 public:
  explicit Execution(ExecutionOptions options = {});
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  /// Runs setup, the explored tasks under `strategy`, teardown, and the model's own judgement.
  Ending run(Model& model, Strategy& strategy);
  /// The same. If the latest run was of the same model, the first `shared` explored steps and all
  /// before them are those of that run, and need not be run once more where the model lives in the
  /// arena.
  Ending run_on(Model& model, Strategy& strategy, std::uint32_t shared);

  ExecutionOptions& options() { return options_; }
  const ExecutionOptions& options() const { return options_; }

  // -- what strategies and reports look at
  // -------------------------------------------------------------------------
  TaskMask enabled() const { return now_.enabled; }
  TaskMask alive() const { return now_.alive; }           ///< the unfinished tasks
  std::span<const TaskId> live() const { return live_; }  ///< likewise, ordered by path
  auto live_tasks() const {
    return live() | std::views::transform([this](TaskId id) { return &task(id); });
  }
  const Task& task(TaskId id) const { return tasks_[id]; }
  /// Who made the latest explored step; kNoTask before it.
  TaskId last_task() const { return now_.last_task; }
  const Record& record() const { return record_; }
  const Narrative& narrative() const { return narrative_; }
  const std::vector<Finding>& findings() const { return findings_; }
  Ending ending() const { return now_.ending; }
  Phase phase() const { return now_.phase; }
  /// Does the strategy choose who runs? Otherwise tasks have one fixed order.
  bool searched() const {
    return now_.phase == Phase::explored ||
           (now_.phase == Phase::teardown && options_.explore_teardown);
  }
  std::uint64_t final_state() const { return now_.final_state; }
  bool window_reached() const { return now_.window_reached; }
  /// Another task made a step inside it.
  bool window_entered() const { return now_.window_entered; }
  bool label_passed(const Label& label) const;
  /// Labels passed in the explored phase, in order; those of a task's prologue too.
  std::span<const PassedLabel> labels_passed() const { return labels_passed_; }
  const Object& object(ObjectId id) const { return *objects_[id]; }
  std::size_t object_count() const { return objects_.size(); }
  /// Those with a lower number were there before the explored phase began.
  std::size_t objects_built() const { return now_.objects_built; }
  std::string task_name(const Task& task) const { return record_.actor_name(task.actor); }
  ActorId actor_of(TaskId task) const { return tasks_[task].actor; }

  /// With ExecutionOptions::audit: accesses of the latest run that nobody declared.
  const std::vector<std::string>& audit_complaints() const { return audit_.complaints(); }

  // -- what models call
  // --------------------------------------------------------------------------------------------
  Arena& arena() { return arena_; }

  template <class T, class... Args>
  T& make(Args&&... args) {
    T& made = arena_.make<T>(std::forward<Args>(args)...);
    if (options_.audit) audit_.add_object(&made, sizeof(T), typeid(T).name());
    return made;
  }

  /// Starts a task that runs `body()`. From within a task this is a visible operation. `name` must
  /// outlive the run.
  template <class F>
  TaskId spawn(const char* name, F body) {
    static_assert(std::is_trivially_destructible_v<F>, "a task owns nothing outside the arena");
    F& kept = arena_.make<F>(body);
    return spawn_task(
        name, [](void* f) { (*static_cast<F*>(f))(); }, &kept);
  }

  /// An injected value below `options` for the running task; 0 outside the explored phase.
  std::uint32_t choose(const char* what, std::uint32_t options);

  /// Memory in the arena that is no part of the modelled kernel's state: the engine's, or ghosts
  /// that only checks look at. The audit leaves it alone.
  std::pmr::memory_resource& untracked_memory() { return untracked_; }

  void watch(const Invariant& invariant, const void* model, const Object* guard = nullptr);
  void report(FindingKind kind, std::string name, std::string text);

  bool narrating() const { return options_.narrate; }
  void note(NoteKind kind, std::string text);

  // -- what synchronisation primitives and cells call
  // -----------------------------------------------------------------
  Task* running() { return running_; }
  TaskId running_id() const { return running_ == nullptr ? kNoTask : running_->id; }
  /// Announces `op`, yields, and returns the record of it once the task is picked. Valid until the
  /// next `perform`.
  Operation& perform(Operation op, Object* object);
  std::uint32_t step() const { return static_cast<std::uint32_t>(record_.steps.size()); }
  Operation& operation_of_step(std::uint32_t number) { return record_.steps[number - 1].op; }
  /// Adds an access to the footprint of the step in progress.
  void touch(const Object& object, Access access);
  /// `Task` got hold of `object`: happens-before. `op` must be the operation that did it.
  void acquired(Task& task, Object& object, const Operation& op) { object.synchronise(task, op); }
  void released(Task& task, Object& object, const Operation& op) {
    object.synchronise(task, op);
    task.clock.tick(task.id);
  }
  /// `task` holds units [begin, end) of `lock` from now on; the clock of who held them before is
  /// in its own already.
  void hold(Task& task, const Object& lock, std::uint32_t begin = 0, std::uint32_t end = 1) {
    settle(task);
    task.holdings.take({&lock, begin, end}, untracked_);
  }
  /// It does not any more, by what the running task does.
  void unhold(Task& task, const Object& lock, std::uint32_t begin = 0, std::uint32_t end = 1) {
    if (&task != running_ || !task.holdings.give_back_latest({&lock, begin, end})) [[unlikely]]
      unhold_of(task, lock, begin, end);
  }
  /// By what the running task does, `task` owes `change` more of `work`.
  void owe(Task& task, const Obligation& work, std::int64_t change);
  /// Takes what others did to what `task` holds and owes into account, as far as it is ordered
  /// after them.
  void settle(Task& task) { task.holdings.settle(task.clock, untracked_); }
  /// Was `task` born in the step in progress? What its creator does in that step comes first.
  bool is_newborn(const Task& task) const {
    return record_.actors[task.actor].born_step == step() - 1;
  }
  Lockdep& lockdep() { return lockdep_; }
  void changed(WatchMask parts) { now_.changed |= parts; }
  void passed(const Label& label);

  // -- what cells tell the audit
  void audit_cell(const void* value, std::size_t bytes, const char* name) {
    if (options_.audit) audit_.add_cell(value, bytes, name);
  }
  void audit_exempt(const void* memory, std::size_t bytes) {
    if (options_.audit) audit_.exempt(memory, bytes);
  }
  void audit_write(const void* value) {
    if (options_.audit) audit_.wrote(value);
  }
  void audit_peek(const char* name) {
    if (options_.audit && running_ != nullptr && observing_ == 0)
      audit_.peeked(record_, running_->actor, name);
  }

  ObjectId add_object(Object& object);
  Task& mutable_task(TaskId id) { return tasks_[id]; }

 private:
  friend class Observing;
  friend struct KeptState;

  /// Allocates from the arena what the audit leaves alone.
  class UntrackedMemory final : public std::pmr::memory_resource {
   public:
    explicit UntrackedMemory(Execution& execution) : execution_(execution) {}

   private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
      void* memory = execution_.arena_.allocate(bytes, alignment);
      execution_.audit_exempt(memory, bytes);
      return memory;
    }
    void do_deallocate(void*, std::size_t, std::size_t) override {}
    bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
      return this == &other;
    }

    Execution& execution_;
  };

  static void task_entry(void* task);
  void reset(Model& model, Strategy& strategy);
  bool run_to_explored();
  Ending run_from_explored(bool go_on);
  bool run_phase(Phase phase, void (Model::*spawner)(Execution&));
  void begin_phase(Phase phase, void (Model::*spawner)(Execution&));
  bool end_phase();
  void drive();
  bool keeps_states() const;
  void keep_state();
  void plan_next_kept_state();
  void go_back_to(const KeptState& state);
  TaskId spawn_task(const char* name, void (*entry)(void*), void* argument);
  Task& new_task(const char* name);
  void run_prologue(Task& task);
  void hand_over(Task& self, bool dies);
  Task* pick_next();
  Task* stop(Ending ending) {
    now_.ending = ending;
    return nullptr;
  }
  Task* pause();
  TaskMask compute_enabled();
  TaskMask apply_held_windows(TaskMask enabled) const;
  TaskId fixed_order() const;
  bool acts_on_another(const Task& task) const;
  Holdings::Stamp stamp() const { return {running_->id, running_->clock[running_->id]}; }
  void open_step(Task& task);
  void close_step();
  void look_closely();
  void unhold_of(Task& task, const Object& lock, std::uint32_t begin, std::uint32_t end);
  void end_task(Task& task);
  void report_lost_work(Task& task);
  void touch_watched_state();
  void check_invariants();
  void note_counters();
  void audit_step() {
    if (options_.audit) compare_memory();
  }
  void compare_memory();

  /// What changes as an execution goes on, but for who is running, memory and lists.
  struct Now {
    Phase phase = Phase::setup;
    Ending ending = Ending::quiescent;
    Ending at_limit = Ending::step_bound;  ///< why nobody goes on where no step is left
    std::uint32_t steps_left = 0;          ///< until `pause`
    std::uint32_t steps_behind = 0;        ///< that are left behind it

    TaskMask alive = 0;      ///< as live_
    TaskMask may_block = 0;  ///< alive, and the pending operation is of a kind that can be disabled
    TaskMask always_asked = 0;  ///< not 0: held windows may forbid what could go on
    TaskMask enabled = 0;
    TaskId last_task = kNoTask;
    TaskId task_count = 0;
    std::uint8_t roots_born = 0;
    std::size_t objects_built = 0;

    WatchMask watched = 0;           ///< what any invariant reads
    WatchMask watched_as_state = 0;  ///< what a relational one reads
    WatchMask changed = 0;           ///< in the step in progress
    WatchMask overdue = 0;           ///< while the guard of an invariant that reads it was held

    TaskId window_task = kNoTask;
    bool window_reached = false;
    bool window_entered = false;
    std::uint64_t final_state = 0;
  };

  ExecutionOptions options_;
  bool looks_closely_ = false;  ///< at each step, whatever it changed
  Model* model_ = nullptr;
  Strategy* strategy_ = nullptr;

  Now now_;
  Task* running_ = nullptr;
  Fiber* spawner_ = nullptr;  ///< whom a task in its prologue goes back to
  Fiber driver_;

  Arena arena_;
  UntrackedMemory untracked_{*this};
  FootprintAudit audit_{arena_};
  std::uint32_t observing_ = 0;  ///< inside what may look past guards: invariants, reports
  StackPool stacks_;
  std::unique_ptr<Task[]> tasks_;
  std::vector<TaskId> live_;
  std::vector<Object*> objects_;

  Record record_;
  Narrative narrative_;
  Lockdep lockdep_;
  std::vector<Finding> findings_;
  std::vector<WatchedInvariant> invariants_;
  std::vector<PassedLabel> labels_passed_;
  std::vector<TaskId> inside_held_;  ///< per held window: who is inside, or kNoTask

  std::unique_ptr<KeptStates> kept_;
  bool keep_due_ = false;     ///< nobody goes on until the driver has kept the state
  bool keep_others_ = false;  ///< behind the first one
};

namespace detail {
inline Execution* in_progress = nullptr;
}

/// The execution in progress. Models and primitives run inside exactly one.
inline Execution& current() {
  FSW_ASSERT(detail::in_progress != nullptr, "a model ran outside an execution");
  return *detail::in_progress;
}

/// What runs in its scope looks at the state from outside, as invariants and texts for readers do:
/// no access of the modelled kernel.
class Observing {
 public:
  explicit Observing(Execution& execution) : execution_(execution) { ++execution_.observing_; }
  ~Observing() { --execution_.observing_; }
  Observing(const Observing&) = delete;
  Observing& operator=(const Observing&) = delete;

 private:
  Execution& execution_;
};

/// A label is passed; it costs no step.
template <FixedString kName>
void at() {
  current().passed(label_object<kName>);
}

/// A modelled function on the running task's call stack, for reports. Lives in the task record: an
/// abandoned fiber needs no unwinding.
class Frame {
 public:
  explicit Frame(const char* function);
  ~Frame();
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

 private:
  Task* task_;
};

}  // namespace sim

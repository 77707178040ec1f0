#include "tests/support/script.hpp"

#include <algorithm>
#include <array>

#include "sim/cell.hpp"
#include "sim/execution.hpp"
#include "sim/sync/completion.hpp"
#include "sim/sync/mutex.hpp"
#include "sim/sync/range_lock.hpp"
#include "sim/sync/rw_semaphore.hpp"
#include "sim/sync/spinlock.hpp"
#include "sim/sync/wait_queue.hpp"
#include "sim/sync/workqueue.hpp"

namespace testing {
namespace {

using sim::ObjectName;

constexpr unsigned kEach = 2;      // objects of each kind
constexpr unsigned kMaxTasks = 8;  // of a script
constexpr std::uint32_t kUnitsOf[][2] = {{0, 2}, {1, 3}, {2, 4}, {0, 4}};

constexpr std::uint32_t kParts = 4;  // of what a spinlock protects
constexpr sim::Section kSections[] = {
    {},
    {sim::Access::read},
    {sim::Access::add},
    {sim::Access::write, 0, 2},
    {sim::Access::write, 1, 3},
    {sim::Access::write, 2, kParts},
    {sim::Access::read, 1, 3},
    {sim::Access::add, 0, 2},
};

using Parts = sim::Guarded<std::array<std::uint64_t, kParts>, sim::spinlock>;

constexpr const char* kWords[] = {
    "read",           "write",       "acquire",     "release",      "add",
    "cmpxchg",        "plain_read",  "plain_write", "touch_read",   "touch_write",
    "choose",         "skip_if_odd", "lock",        "unlock",       "try_lock",
    "down_read",      "up_read",     "down_write",  "up_write",     "try_down_read",
    "try_down_write", "downgrade",   "spin_lock",   "spin_unlock",  "section",
    "lock_bit",       "unlock_bit",  "lock_range",  "unlock_range", "try_lock_range",
    "test_range",     "wait_event",  "wake_up",     "complete",     "wait_complete",
    "spawn",          "spawn_heir",  "queue_work"};
static_assert(std::size(kWords) == static_cast<int>(Do::queue_work) + 1);

constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9fb21c651e98df25U;
  return hash ^ (hash >> 28);
}

}  // namespace

bool Script::has(Do what) const {
  return std::any_of(tasks.begin(), tasks.end(), [what](const std::vector<Statement>& task) {
    return std::any_of(task.begin(), task.end(),
                       [what](const Statement& s) { return s.what == what; });
  });
}

std::string Script::text() const {
  std::string text;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    text += (i < roots ? "task " : "child ") + std::to_string(i) + ":";
    for (const Statement& s : tasks[i]) {
      text += std::string(" ") + kWords[static_cast<int>(s.what)] + "(" + std::to_string(s.object) +
              "," + std::to_string(s.argument);
      if (s.skip != 0) text += ", else skip " + std::to_string(s.skip);
      text += ")";
    }
    text += "\n";
  }
  return text;
}

struct ScriptModel::World {
  sim::Marked<std::uint32_t>* variable[kEach];
  sim::Owned<std::uint32_t>* plain[kEach];
  sim::Marked<std::uint32_t>* touched[kEach];  ///< only ever touched; carries the object of `raw`
  std::uint64_t raw[kEach];
  sim::mutex* lock[kEach];
  sim::rw_semaphore* semaphore[kEach];
  sim::spinlock* spin[kEach];
  sim::bit_lock* bit[kEach];
  Parts* parts[kEach];  ///< by `spin`
  sim::wait_queue* queue[kEach];
  sim::completion* done[kEach];
  sim::range_lock* range;
  sim::workqueue* work[kEach];
  std::uint64_t seen[kMaxTasks];  ///< by each task of the script, hashed
};

/// The run of one task of the script. The functions return false where the statement says to skip.
struct ScriptModel::Interpreter {
  const Script& script;
  World& world;
  std::size_t task;
  std::uint64_t latest = 0;

  void operator()() const {
    Interpreter interpreter = *this;
    interpreter.run();
  }

  void run() {
    const std::vector<Statement>& statements = script.tasks[task];
    for (std::size_t i = 0; i < statements.size(); ++i) {
      const Statement& s = statements[i];
      const bool go_on = s.what < Do::lock         ? use_variable(s)
                         : s.what < Do::lock_range ? use_lock(s)
                                                   : use_other(s);
      if (!go_on) i += s.skip;
    }
  }

  bool see(std::uint64_t value) {
    latest = value;
    world.seen[task] = mix(world.seen[task], value + 1);
    return true;
  }

  bool use_variable(const Statement& s) {
    sim::Marked<std::uint32_t>& variable = *world.variable[s.object];
    switch (s.what) {
      case Do::read: return see(variable.read_once());
      case Do::write: variable.write_once(s.argument); return true;
      case Do::acquire: return see(variable.load_acquire());
      case Do::release: variable.store_release(s.argument); return true;
      case Do::add: return see(variable.update([](std::uint32_t old) { return old + 1; }));
      case Do::compare_exchange: return see(variable.compare_exchange(0, s.argument) ? 1 : 0);
      case Do::plain_read: static_cast<void>(world.plain[s.object]->read()); return true;
      case Do::plain_write: world.plain[s.object]->write() = s.argument; return true;
      case Do::touch_read:
        sim::current().touch(*world.touched[s.object], sim::Access::read);
        return see(world.raw[s.object]);
      case Do::touch_write:
        sim::current().touch(*world.touched[s.object], sim::Access::write);
        world.raw[s.object] = mix(world.raw[s.object], task + 1);
        return true;
      case Do::choose: return see(sim::current().choose("script", 2));
      default: return latest % 2 == 0;
    }
  }

  bool use_lock(const Statement& s) {
    sim::mutex& lock = *world.lock[s.object];
    sim::rw_semaphore& semaphore = *world.semaphore[s.object];
    switch (s.what) {
      case Do::lock: lock.lock(); return true;
      case Do::unlock: lock.unlock(); return true;
      case Do::try_lock: return lock.try_lock();
      case Do::down_read: semaphore.down_read(); return true;
      case Do::up_read: semaphore.up_read(); return true;
      case Do::down_write: semaphore.down_write(); return true;
      case Do::up_write: semaphore.up_write(); return true;
      case Do::try_down_read: return semaphore.down_read_trylock();
      case Do::try_down_write: return semaphore.down_write_trylock();
      case Do::downgrade: semaphore.downgrade_write(); return true;
      case Do::spin_lock: world.spin[s.object]->lock(); return true;
      case Do::section: enter(s.object, kSections[s.argument]); return true;
      case Do::lock_bit: world.bit[s.object]->lock(); return true;
      case Do::unlock_bit: world.bit[s.object]->unlock(); return true;
      default: world.spin[s.object]->unlock(); return true;
    }
  }

  void enter(std::size_t object, const sim::Section& section) {
    const sim::spin_guard guard(*world.spin[object], section);
    const std::uint32_t end = std::min(section.end, kParts);
    for (std::uint32_t part = section.begin; part < end; ++part) {
      if (section.access == sim::Access::read) {
        see(world.parts[object]->read()[part]);
      } else if (section.access == sim::Access::add) {
        world.parts[object]->write()[part] += task + 1;
      } else {
        std::uint64_t& value = world.parts[object]->write()[part];
        see(value);
        value = mix(value, task + 1);
      }
    }
  }

  bool use_other(const Statement& s) {
    const std::uint32_t begin = kUnitsOf[s.argument % 4][0];
    const std::uint32_t end = kUnitsOf[s.argument % 4][1];
    switch (s.what) {
      case Do::lock_range: world.range->lock(begin, end); return true;
      case Do::unlock_range: world.range->unlock(begin, end); return true;
      case Do::try_lock_range: return world.range->try_lock(begin, end);
      case Do::test_range: return see(world.range->test(begin, end) ? 1 : 0);
      case Do::wait_event:
        world.queue[s.object]->wait_event(*world.variable[s.argument],
                                          [](std::uint32_t value) { return value != 0; });
        return true;
      case Do::wake_up: world.queue[s.object]->wake_up_all(); return true;
      case Do::complete: world.done[s.object]->complete(); return true;
      case Do::wait_complete: world.done[s.object]->wait_for_completion(); return true;
      case Do::queue_work: world.work[s.object]->queue_work(child(s.argument)); return true;
      case Do::spawn_heir:
        world.bit[s.object]->hand_to(sim::current().spawn("heir", child(s.argument)));
        return true;
      default: sim::current().spawn("child", child(s.argument)); return true;
    }
  }

  Interpreter child(std::size_t number) const { return {script, world, number}; }
};

void ScriptModel::build(sim::Execution& execution) {
  world_ = &execution.make<World>();
  for (unsigned i = 0; i < kEach; ++i) {
    world_->variable[i] =
        &execution.make<sim::Marked<std::uint32_t>>(ObjectName{"variable", nullptr, i}, 1U, 0U);
    world_->touched[i] =
        &execution.make<sim::Marked<std::uint32_t>>(ObjectName{"touched", nullptr, i}, 1U, 0U);
    world_->plain[i] = &execution.make<sim::Owned<std::uint32_t>>(i == 0 ? "p0" : "p1", 1U, 0U);
    world_->raw[i] = 0;
    world_->lock[i] = &execution.make<sim::mutex>(ObjectName{"mutex", nullptr, i});
    world_->semaphore[i] = &execution.make<sim::rw_semaphore>(ObjectName{"rwsem", nullptr, i});
    world_->spin[i] = &execution.make<sim::spinlock>(ObjectName{"spinlock", nullptr, i});
    world_->parts[i] = &execution.make<Parts>(*world_->spin[i], "parts", 1U);
    world_->bit[i] = &execution.make<sim::bit_lock>(ObjectName{"bit", nullptr, i});
    world_->queue[i] = &execution.make<sim::wait_queue>(ObjectName{"queue", nullptr, i});
    world_->work[i] =
        &execution.make<sim::workqueue>(ObjectName{"work", nullptr, i}, "kworker", kEach - i);
    world_->done[i] = &execution.make<sim::completion>(ObjectName{"done", nullptr, i});
  }
  world_->range = &execution.make<sim::range_lock>(ObjectName{"range"});
  for (std::uint64_t& seen : world_->seen) seen = 0;
  execution.audit_exempt(world_->raw, sizeof(world_->raw));  // declared by `touch`
  execution.audit_exempt(world_->seen, sizeof(world_->seen));
}

void ScriptModel::start(sim::Execution& execution) {
  for (unsigned i = 0; i < script_.roots; ++i)
    execution.spawn("task", Interpreter{script_, *world_, i});
}

std::uint64_t ScriptModel::final_state() const {
  std::uint64_t hash = 0;
  for (unsigned i = 0; i < kEach; ++i) {
    hash = mix(hash, world_->variable[i]->peek());
    hash = mix(hash, world_->raw[i]);
    for (const std::uint64_t part : world_->parts[i]->peek()) hash = mix(hash, part);
  }
  for (const std::uint64_t seen : world_->seen) hash = mix(hash, seen);
  return hash;
}

Script step_with_two_ways() {
  return {{{{Do::read, 1}, {Do::touch_write, 0, 1}},
           {{Do::write, 0, 2},
            {Do::touch_read, 0, 1},
            {Do::read, 1, 2},
            {Do::choose},
            {Do::skip_if_odd, 0, 0, 1},
            {Do::touch_read, 0, 1}}},
          2};
}

Script queue_that_is_full() {
  return {{{{Do::queue_work, 0, 2}},
           {{Do::acquire, 0, 1}},
           {{Do::queue_work, 0, 3}, {Do::queue_work, 0, 4}},
           {},
           {{Do::write, 0, 1}}},
          2};
}

}  // namespace testing

#include "tests/support/random_script.hpp"

#include <algorithm>

#include "sim/random.hpp"

namespace testing {
namespace {

enum class Kind : std::uint32_t {
  variable,
  atomic,
  mutex,
  semaphore,
  spinlock,
  range,
  event,
  completion,
  footprint,
  injected,
  child,
  handed,
  plain,
  kCount,
};

class Writer {
 public:
  Writer(std::uint64_t seed, std::uint64_t number, unsigned max_operations)
      : random_(seed, number), operations_left_(max_operations) {}

  Script write() {
    const unsigned kinds = 1 + random_.below(3);
    for (unsigned i = 0; i < kinds; ++i)
      kinds_.push_back(static_cast<Kind>(random_.below(static_cast<std::uint32_t>(Kind::kCount))));
    one_object_ = random_.below(3) != 0;
    leaks_ = random_.below(100) < 20;
    script_.roots = 2 + random_.below(3);
    script_.tasks.resize(script_.roots);
    // Round about, so that no task uses up all operations.
    const unsigned rounds = 1 + random_.below(4);
    for (unsigned round = 0; round < rounds; ++round)
      for (unsigned task = 0; task < script_.roots; ++task) item(task, 0);
    for (std::size_t task = 0; task < script_.tasks.size(); ++task)
      if (script_.tasks[task].empty()) variable(task);
    return std::move(script_);
  }

 private:
  std::vector<Statement>& of(std::size_t task) { return script_.tasks[task]; }
  std::uint8_t small(std::uint32_t n) { return static_cast<std::uint8_t>(random_.below(n)); }
  std::uint8_t object() { return one_object_ ? std::uint8_t{0} : small(2); }

  bool afford(unsigned operations) {
    if (operations_left_ < operations) return false;
    operations_left_ -= operations;
    return true;
  }

  void add(std::size_t task, Do what, std::uint8_t object, std::uint8_t argument = 0) {
    of(task).push_back({what, object, argument});
  }

  void item(std::size_t task, unsigned depth) {
    const Kind kind = kinds_[random_.below(static_cast<std::uint32_t>(kinds_.size()))];
    switch (kind) {
      case Kind::mutex: section(task, depth, Do::lock, Do::try_lock, Do::unlock); return;
      case Kind::semaphore: semaphore(task, depth); return;
      case Kind::spinlock: spinlock(task, depth); return;
      case Kind::range: range(task, depth); return;
      case Kind::event: event(task, depth); return;
      case Kind::completion:
        if (afford(1))
          add(task, random_.below(2) == 0 ? Do::complete : Do::wait_complete, object());
        return;
      case Kind::child: child(task, depth); return;
      case Kind::handed: handed(task, depth); return;
      case Kind::atomic: atomic(task); return;
      case Kind::footprint: silent(task, Do::touch_read, Do::touch_write); return;
      case Kind::plain: silent(task, Do::plain_read, Do::plain_write); return;
      case Kind::injected: injected(task, depth); return;
      default: variable(task); return;
    }
  }

  void variable(std::size_t task) {
    static constexpr Do kWhat[] = {Do::read,  Do::write,   Do::read,
                                   Do::write, Do::acquire, Do::release};
    if (afford(1)) add(task, kWhat[random_.below(6)], object(), small(3));
  }

  void atomic(std::size_t task) {
    if (afford(1))
      add(task, random_.below(2) == 0 ? Do::add : Do::compare_exchange, object(),
          static_cast<std::uint8_t>(1 + small(2)));
  }

  /// Statements without an operation of their own need a step that they belong to.
  void silent(std::size_t task, Do read, Do write) {
    if (of(task).empty() || random_.below(2) == 0) variable(task);
    if (!of(task).empty() && of(task).front().what != Do::choose)
      add(task, random_.below(2) == 0 ? read : write, object(), 1);
  }

  void injected(std::size_t task, unsigned depth) {
    add(task, Do::choose, 0);
    if (depth >= 2 || random_.below(2) == 0) return variable(task);
    const std::size_t place = of(task).size();
    add(task, Do::skip_if_odd, 0);
    item(task, depth + 1);
    of(task)[place].skip = static_cast<std::uint8_t>(of(task).size() - place - 1);
  }

  /// `try_it`: the section is skipped where the lock is taken.
  void section(std::size_t task, unsigned depth, Do lock, Do try_it, Do unlock,
               std::uint8_t argument = 0) {
    const std::uint8_t which = object();
    if (!afford(2)) return;
    const bool tries = random_.below(3) == 0;
    const std::size_t place = of(task).size();
    add(task, tries ? try_it : lock, which, argument);
    for (unsigned i = random_.below(3); i > 0 && depth < 2; --i) item(task, depth + 1);
    if (lock == Do::down_write && random_.below(3) == 0 && afford(1)) {
      add(task, Do::downgrade, which);
      unlock = Do::up_read;
    }
    if (!leaks_ || random_.below(3) != 0) add(task, unlock, which, argument);
    if (tries) of(task)[place].skip = static_cast<std::uint8_t>(of(task).size() - place - 1);
  }

  void semaphore(std::size_t task, unsigned depth) {
    if (random_.below(2) == 0) {
      section(task, depth, Do::down_read, Do::try_down_read, Do::up_read);
    } else {
      section(task, depth, Do::down_write, Do::try_down_write, Do::up_write);
    }
  }

  void range(std::size_t task, unsigned depth) {
    if (random_.below(4) == 0) {
      if (afford(1)) add(task, Do::test_range, 0, small(4));
      return;
    }
    // Who holds a part for good may be in the way of others that hold parts.
    if (leaks_ && random_.below(2) == 0) {
      if (afford(1)) add(task, Do::lock_range, 0, small(4));
      return;
    }
    section(task, depth, Do::lock_range, Do::try_lock_range, Do::unlock_range, small(4));
  }

  void spinlock(std::size_t task, unsigned depth) {
    const std::uint8_t which = object();
    if (!afford(depth == 0 ? 1 : 2)) return;
    if (random_.below(2) == 0) return add(task, Do::section, which, small(8));
    if (random_.below(4) == 0) return hand_over_hand(task, which);
    add(task, Do::spin_lock, which);
    if (depth == 0 && random_.below(2) == 0) spinlock(task, 1);
    if (random_.below(3) == 0 && afford(1)) variable(task);
    add(task, Do::spin_unlock, which);
  }

  /// The first lock is given back inside the section of the second, which may outlast the step.
  void hand_over_hand(std::size_t task, std::uint8_t first) {
    const auto second = static_cast<std::uint8_t>(1 - first);
    if (!afford(2)) return;
    add(task, Do::spin_lock, first);
    add(task, Do::spin_lock, second);
    add(task, Do::spin_unlock, first);
    if (random_.below(2) == 0) variable(task);
    add(task, Do::spin_unlock, second);
  }

  void event(std::size_t task, unsigned depth) {
    const std::uint8_t which = object();
    if (random_.below(2) == 0 && depth == 0) {
      if (afford(3)) add(task, Do::wait_event, which, which);
      return;
    }
    if (!afford(2)) return;
    const bool backwards = random_.below(4) == 0;
    if (backwards) add(task, Do::wake_up, which);
    add(task, Do::release, which, 1);
    if (!backwards) add(task, Do::wake_up, which);
  }

  void child(std::size_t task, unsigned depth) {
    if (script_.tasks.size() >= 6 || depth > 1 || !afford(2)) return variable(task);
    const auto born = static_cast<std::uint8_t>(script_.tasks.size());
    script_.tasks.emplace_back();
    add(task, random_.below(3) == 0 ? Do::queue_work : Do::spawn, small(2), born);
    item(born, depth + 1);
    if (random_.below(2) == 0) item(born, depth + 1);
  }

  /// A lock that a child gives back, which answers for it or not. Its taker goes on to take
  /// another.
  void handed(std::size_t task, unsigned depth) {
    if (script_.tasks.size() >= 6 || depth > 1 || !afford(3)) return variable(task);
    const auto born = static_cast<std::uint8_t>(script_.tasks.size());
    script_.tasks.emplace_back();
    const bool range = random_.below(2) == 0;
    const std::uint8_t which = range ? std::uint8_t{0} : object();
    const std::uint8_t part = small(4);
    add(task, range ? Do::lock_range : Do::lock_bit, which, part);
    add(task, !range && random_.below(3) == 0 ? Do::spawn_heir : Do::spawn, which, born);
    if (random_.below(2) == 0) item(born, depth + 1);
    add(born, range ? Do::unlock_range : Do::unlock_bit, which, part);
    item(task, depth + 1);
    if (range)
      section(task, depth + 1, Do::lock_range, Do::try_lock_range, Do::unlock_range, small(4));
  }

  sim::Random random_;
  unsigned operations_left_;
  std::vector<Kind> kinds_;
  bool one_object_ = false;
  bool leaks_ = false;
  Script script_;
};

}  // namespace

Script random_script(std::uint64_t seed, std::uint64_t number, unsigned max_operations) {
  return Writer(seed, number, max_operations).write();
}

}  // namespace testing

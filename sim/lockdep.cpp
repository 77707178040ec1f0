#include "sim/lockdep.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "sim/assert.hpp"
#include "sim/execution.hpp"
#include "sim/obligation.hpp"

namespace sim {

void Lockdep::clear() {
  std::fill_n(after_.begin(), names_.size(), 0U);
  names_.clear();
}

/// Nothing is known of classes that have no name yet.
void Lockdep::keep(Mark& mark) const {
  mark.classes = names_.size();
  std::copy_n(after_.begin(), mark.classes, mark.after.begin());
}

void Lockdep::go_back_to(const Mark& mark) {
  std::fill_n(after_.begin(), names_.size(), 0U);
  names_.resize(mark.classes);
  std::copy_n(mark.after.begin(), mark.classes, after_.begin());
}

Lockdep::ClassId Lockdep::class_of(const char* name) {
  const auto known = std::find(names_.begin(), names_.end(), name);
  if (known != names_.end()) return static_cast<ClassId>(known - names_.begin());
  for (ClassId id = 0; id < names_.size(); ++id)  // a class may be spelled in two places
    if (std::strcmp(names_[id], name) == 0) return id;
  FSW_ASSERT(names_.size() < kMaxClasses, "more than 64 lock classes");
  names_.push_back(name);
  return static_cast<ClassId>(names_.size() - 1);
}

void Lockdep::before_acquire(Execution& execution, Task& task, const Object& lock,
                             std::uint64_t order) {
  if (!task.holdings.empty()) order_after_held(execution, task, class_of(lock), order);
}

void Lockdep::before_wait(Execution& execution, Task& task, const Obligation* work,
                          const Object& object) {
  if (task.holdings.empty()) return;
  const ClassId to = work == nullptr ? class_of(object) : class_of(work->what());
  order_after_held(execution, task, to, object.instance());
}

void Lockdep::order_after_held(Execution& execution, Task& task, ClassId to, std::uint64_t key) {
  execution.settle(task);
  for (const Holdings::Lock& held : task.holdings.locks()) {
    const ClassId from = class_of(*held.object);
    if (from == to && held.object->order(held.begin) < key)
      continue;  // nesting in the declared order
    order(execution, task, from, to);
  }
  for (const Holdings::Debt& debt : task.holdings.debts()) {
    if (debt.amount <= 0) continue;
    const ClassId from = class_of(debt.work->what());
    if (from != to) order(execution, task, from, to);
  }
}

void Lockdep::add_edge(Execution& execution, const Task& task, ClassId from, ClassId to) {
  std::uint64_t seen = 0;
  Path cycle;
  const bool closes = reaches(to, from, seen, cycle);
  after_[from] |= std::uint64_t{1} << to;
  if (edges_.empty()) edges_.resize(std::size_t{kMaxClasses} * kMaxClasses);
  edges_[std::size_t{from} * kMaxClasses + to] = {
      execution.actor_of(task.id),
      task.frames.empty() ? task.name : task.frames[task.frames.size() - 1]};
  if (!closes) return;
  // Which edge closes a cycle depends on the order of independent steps; its classes do not.
  const auto first = std::min_element(cycle.begin(), cycle.end(), [this](ClassId a, ClassId b) {
    return std::strcmp(names_[a], names_[b]) < 0;
  });
  execution.report(FindingKind::lock_order, names_[*first],
                   describe(execution, cycle, static_cast<unsigned>(first - cycle.begin())));
}

/// Appends to `path` the classes from `from` to `to` along recorded edges, if there is such a way.
bool Lockdep::reaches(ClassId from, ClassId to, std::uint64_t& seen, Path& path) const {
  path.push(from);
  if (from == to) return true;
  seen |= std::uint64_t{1} << from;
  for (ClassId next = 0; next < names_.size(); ++next) {
    const std::uint64_t bit = std::uint64_t{1} << next;
    if ((after_[from] & bit) != 0 && (seen & bit) == 0 && reaches(next, to, seen, path))
      return true;
  }
  path.pop();
  return false;
}

std::string Lockdep::describe(const Execution& execution, const Path& cycle, unsigned first) const {
  std::string text = "possible circular locking dependency: ";
  for (unsigned i = 0; i < cycle.size(); ++i) {
    const ClassId from = cycle[(first + i) % cycle.size()];
    const ClassId to = cycle[(first + i + 1) % cycle.size()];
    const Edge& edge = edges_[std::size_t{from} * kMaxClasses + to];
    if (i > 0) text += ", ";
    text += std::string(names_[from]) + " -> " + names_[to] + " by " +
            execution.record().actor_name(edge.actor) + " in " + edge.function;
  }
  return text;
}

}  // namespace sim

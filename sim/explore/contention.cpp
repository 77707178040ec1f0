#include "sim/explore/contention.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "sim/execution.hpp"
#include "sim/random.hpp"

namespace sim {
namespace {

/// Moments of tasks that are remembered; of others nothing is known.
constexpr std::size_t kMostMoments = std::size_t{1} << 14;
/// Ways to go on from one of them.
constexpr std::size_t kMostWays = 64;

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  std::uint64_t state = hash ^ word;
  return splitmix64(state);
}

/// As it was announced: what it found when it was carried out may be otherwise the next time.
Operation announced(const Operation& op) {
  Operation announced = op;
  if (op.kind == OpKind::section) announced.kind = OpKind::lock;
  announced.access = traits(announced.kind).access;
  announced.value = 0;
  return announced;
}

std::uint64_t extend(std::uint64_t history, const Operation& op) {
  const auto kind = static_cast<std::uint64_t>(op.kind);
  const auto access = static_cast<std::uint64_t>(op.access);
  history = mix(history, kind << 32 | access << 24 | op.object);
  return mix(history, std::uint64_t{op.begin} << 32 | op.end);
}

std::uint64_t moment(std::uint64_t history, const Operation& op) {
  return extend(history, announced(op));
}

/// By object first.
auto key(const Operation& op) { return std::tuple(op.object, op.kind, op.begin, op.end); }

template <class Futures>
auto find_in(Futures& future, const Operation& op) {
  return std::lower_bound(
      future.begin(), future.end(), key(op),
      [](const auto& ahead, const auto& wanted) { return key(ahead.op) < wanted; });
}

template <class Future>
std::uint32_t& races_in(Future& future, const Operation& op) {
  auto at = find_in(future, op);
  if (at == future.end() || key(at->op) != key(op)) at = future.insert(at, {op, 0});
  return at->races;
}

/// Either of the two may come.
template <class Future>
void merge(Future& known, const Future& other) {
  auto at = known.begin();
  for (const auto& ahead : other) {
    while (at != known.end() && key(at->op) < key(ahead.op)) ++at;
    if (at == known.end() || key(at->op) != key(ahead.op)) at = known.insert(at, {ahead.op, 0});
    at->races = std::max(at->races, ahead.races);
  }
}

template <class T>
void add_new(std::vector<T>& known, const T& one) {
  if (std::find(known.begin(), known.end(), one) == known.end()) known.push_back(one);
}

}  // namespace

std::uint32_t Contention::course_of(TaskPath path) {
  const auto at = std::find_if(courses_.begin(), courses_.end(),
                               [path](const Course& course) { return course.path == path; });
  const auto index = static_cast<std::uint32_t>(at - courses_.begin());
  if (at == courses_.end()) courses_.push_back({path, path});
  return index;
}

std::uint64_t Contention::history_of(TaskPath path) const {
  for (const Course& course : courses_)
    if (course.path == path) return course.history;
  return path;
}

void Contention::start() {
  courses_.clear();
  steps_.clear();
}

void Contention::read_steps(const Events& events, std::uint32_t steps) {
  while (steps_.size() < steps) {
    const Event event = events[static_cast<std::uint32_t>(steps_.size())];
    const std::uint32_t course = course_of(event.task);
    std::uint64_t& history = courses_[course].history;
    steps_.push_back({course, history});
    history = extend(history, event.touches.front().op);
  }
}

Contention::Prospect* Contention::remembered(std::uint64_t moment) {
  const auto at = prospects_.find(moment);
  if (at != prospects_.end()) return &at->second;
  return prospects_.size() < kMostMoments ? &prospects_[moment] : nullptr;
}

/// Steps that were announced and never carried out have rivals, too.
void Contention::read_rivals(const Execution& execution, Events& events,
                             const HappensBefore& order) {
  rivals_.assign(events.size(), {});
  for (const Race& race : order.races()) {
    if (!order.leave_out(execution, race, left_out_)) continue;
    const Event earlier = events[race.earlier];
    const Rival first{earlier.task, announced(earlier.touches.front().op)};
    if (!race.pending) {
      const Event later = events[race.later];
      add_new(rivals_[race.earlier], {later.task, announced(later.touches.front().op)});
      add_new(rivals_[race.later], first);
      continue;
    }
    const TaskPath path = execution.task(race.task).path;
    const Operation op = announced(events.announced(execution, race.task).op);
    add_new(rivals_[race.earlier], {path, op});
    for (const std::uint64_t history : {history_of(path), path}) {
      Prospect* prospect = remembered(moment(history, op));
      if (prospect == nullptr) continue;
      add_new(prospect->rivals, first);
      races_in(prospect->future, op) = 1;
    }
  }
}

void Contention::note(std::uint64_t moment, const Event& step, std::span<const Rival> rivals,
                      const Future& future, std::uint64_t way) {
  Prospect* prospect = remembered(moment);
  if (prospect == nullptr) return;
  for (const Rival& rival : rivals) add_new(prospect->rivals, rival);
  const auto at = std::lower_bound(prospect->ways.begin(), prospect->ways.end(), way);
  if ((at != prospect->ways.end() && *at == way) || prospect->ways.size() >= kMostWays) return;
  prospect->ways.insert(at, way);
  for (const Touch& touch : step.touches.subspan(1)) add_new(prospect->besides, touch.op);
  merge(prospect->future, future);
}

/// From the task's last step to its first. What its children do comes after the step that bore
/// them; they have been looked at.
void Contention::look_back(const Execution& execution, const Events& events, std::uint32_t course) {
  const Record& record = execution.record();
  Future future;
  std::uint64_t way = 0;
  for (std::uint32_t step = events.size(); step-- > 0;) {
    if (steps_[step].course != course) continue;
    for (const Actor& actor : record.actors) {
      if (actor.born_step != record.explored_begin + step || !all_of_.contains(actor.path))
        continue;
      for (const Ahead& ahead : all_of_[actor.path]) races_in(future, ahead.op) += ahead.races;
      way = mix(way, actor.path);
    }
    const Event event = events[step];
    const Operation op = announced(event.touches.front().op);
    const bool raced = !rivals_[step].empty();
    races_in(future, op) += raced ? 1 : 0;
    way = mix(extend(way, op), raced ? 1 : 0);
    for (const std::uint64_t history : {steps_[step].history, event.task})
      note(moment(history, op), event, rivals_[step], future, way);
  }
  all_of_[courses_[course].path] = std::move(future);
}

void Contention::learn(const Execution& execution, Events& events, const HappensBefore& order) {
  read_steps(events, events.size());
  read_rivals(execution, events, order);
  all_of_.clear();
  // Children have higher paths than who bore them.
  std::vector<std::uint32_t> courses(courses_.size());
  std::iota(courses.begin(), courses.end(), 0U);
  std::sort(courses.begin(), courses.end(), [this](std::uint32_t a, std::uint32_t b) {
    return courses_[a].path > courses_[b].path;
  });
  for (const std::uint32_t course : courses) look_back(execution, events, course);
  longest_ = std::max(longest_, events.size());
}

const Contention::Prospect* Contention::prospect_of(const Standing& task) const {
  for (const std::uint64_t history : {history_of(task.path), task.path}) {
    const auto at = prospects_.find(moment(history, task.next));
    if (at != prospects_.end()) return &at->second;
  }
  return nullptr;
}

void Contention::go_to(const Events& events, std::uint32_t steps, std::span<const Standing> live,
                       TaskMask enabled) {
  live_ = live;
  enabled_ = enabled;
  read_steps(events, steps);
  seen_.clear();
  for (const Standing& task : live) {
    Seen& seen = seen_.emplace_back();
    seen.prospect = prospect_of(task);
    seen.next.push_back(task.next);
    if (seen.prospect != nullptr)
      seen.next.insert(seen.next.end(), seen.prospect->besides.begin(),
                       seen.prospect->besides.end());
  }
}

std::uint64_t Contention::moment_of_all(TaskMask awake) const {
  std::uint64_t sum = awake;
  for (const Course& course : courses_) sum += mix(course.history, course.path);
  return sum;
}

/// The live task with that path, or from which it will come; the number of them: none.
std::size_t Contention::standing_for(TaskPath path) const {
  for (; path != 0; path = creator_of(path))
    for (std::size_t task = 0; task < live_.size(); ++task)
      if (live_[task].path == path) return task;
  return live_.size();
}

/// How often steps of the task with that operation may still be in a race; 0: it makes none.
std::uint32_t Contention::races_of(std::size_t task, const Operation& op) const {
  const Future& future = seen_[task].prospect->future;
  const auto at = find_in(future, op);
  if (at == future.end() || key(at->op) != key(op)) return 0;
  return std::max(at->races, 1U);
}

/// Calls `met(other, races)` for the tasks that may still make a step which was in a race with the
/// next one of the task. One that cannot go on waits for somebody who does something with the
/// object.
template <class Met>
void Contention::for_each_rival(std::size_t task, Met met) const {
  for (std::size_t other = 0; other < live_.size(); ++other) {
    if (other == task) continue;
    if (seen_[other].prospect == nullptr || seen_[task].prospect == nullptr) {
      met(other, 1);
    } else if ((enabled_ & mask_of(live_[task].id)) == 0) {
      const ObjectId object = live_[task].next.object;
      const Future& future = seen_[other].prospect->future;
      Operation first;
      first.object = object;
      first.end = 0;
      const auto at = find_in(future, first);
      if (at != future.end() && at->op.object == object) met(other, 1);
    }
  }
  if (seen_[task].prospect == nullptr) return;
  for (const Rival& rival : seen_[task].prospect->rivals) {
    const std::size_t other = standing_for(rival.path);
    if (other == live_.size() || other == task || seen_[other].prospect == nullptr) continue;
    const std::uint32_t races = races_of(other, rival.op);
    if (races != 0) met(other, races);
  }
}

std::uint32_t Contention::races_ahead(std::size_t task) const {
  if (seen_[task].prospect == nullptr) return 1;
  std::uint32_t count = 0;
  for (const Ahead& ahead : seen_[task].prospect->future) count += ahead.races;
  return count;
}

bool Contention::next_dependent(std::size_t task, std::size_t other) const {
  for (const Operation& one : seen_[task].next)
    for (const Operation& two : seen_[other].next)
      if (dependent(one, two)) return true;
  return false;
}

std::uint32_t Contention::races_of_next(std::size_t task) const {
  std::uint32_t count = 0;
  for_each_rival(task, [&](std::size_t, std::uint32_t races) { count += races; });
  return count;
}

TaskMask Contention::persistent_from(std::size_t first) const {
  TaskMask members = mask_of(live_[first].id);
  std::vector<std::size_t> left{first};
  while (!left.empty()) {
    const std::size_t task = left.back();
    left.pop_back();
    for_each_rival(task, [&](std::size_t other, std::uint32_t) {
      if ((members & mask_of(live_[other].id)) != 0) return;
      members |= mask_of(live_[other].id);
      left.push_back(other);
    });
  }
  return members;
}

TaskMask Contention::smallest_persistent(TaskMask awake) const {
  TaskMask best = 0;
  for (std::size_t task = 0; task < live_.size(); ++task) {
    if ((awake & mask_of(live_[task].id)) == 0) continue;
    const TaskMask members = persistent_from(task);
    const int size = std::popcount(members & awake);
    if (best == 0 || size < std::popcount(best & awake)) best = members;
    if (size == 1) break;
  }
  return best;
}

}  // namespace sim

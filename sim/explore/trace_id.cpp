#include "sim/explore/trace_id.hpp"

#include <algorithm>
#include <iterator>

#include "sim/execution.hpp"
#include "sim/random.hpp"

namespace sim {
namespace {

__extension__ typedef unsigned __int128 Product;

/// The square modulo 2^64 + 1, negated, but for a carry. No factor of that modulus is below
/// 274,177, so for two values a small number apart all differences of their squares are about as
/// likely.
std::uint64_t folded_square(std::uint64_t value) {
  const Product square = static_cast<Product>(value) * value;
  return static_cast<std::uint64_t>(square >> 64) - static_cast<std::uint64_t>(square);
}

/// Three rounds of a Feistel network, hence a permutation: two states never become one, and all 128
/// bits of an event reach the events that depend on it. Each half of the difference of two states
/// has been through a square by the end, so that sums of events meet no sooner than sums of random
/// numbers. (With halves of 16 bits, up to 10^6 traces of programs with and without injected values
/// collided as often as was to be expected.)
TraceId mixed(TraceId state) {
  state.high += folded_square(state.low);
  state.low += folded_square(state.high);
  state.high += folded_square(state.low);
  return state;
}

void add_to(TraceId& sum, const TraceId& part) {
  sum.high += part.high;
  sum.low += part.low;
}

TraceId with_choice(TraceId state, const ChoiceRecord& choice) {
  constexpr std::uint64_t kNoOperation = 0xffff;  // more than any kind and access make
  state.low += (std::uint64_t{choice.value} << 32) + kNoOperation;
  return mixed(state);
}

TraceId with_operation(TraceId state, const Operation& op) {
  state.low += (std::uint64_t{op.value} << 32) + 4 * static_cast<std::uint64_t>(op.kind) +
               static_cast<std::uint64_t>(op.access);
  return mixed(state);
}

/// Who a task is, before its first event.
TraceId born(std::uint64_t path) {
  constexpr std::uint64_t kAnother = 0x9e3779b97f4a7c15U;
  return {scrambled(path ^ kAnother), scrambled(path)};
}

/// What a task's next event begins with; the events that it goes by are added. Were it the latest
/// event as it is, what comes after e and goes by f would be what another task does that comes
/// after f and goes by e.
TraceId after(const TraceId& latest) {
  constexpr std::uint64_t kOwn = 0x5851f42dU;
  return {latest.high * kOwn, latest.low * kOwn};
}

/// What was chosen before the first explored step.
TraceId at_start(const Record& record) {
  const std::size_t first = record.explored_begin < record.steps.size()
                                ? record.steps[record.explored_begin].choice_begin
                                : record.choices.size();
  TraceId id{0x243f6a8885a308d3U, 0x13198a2e03707344U};
  for (std::size_t i = 0; i < first; ++i) id = with_choice(id, record.choices[i]);
  return id;
}

constexpr bool whole(const Operation& op) { return op.begin == 0 && op.end == 0xffffffffU; }

/// Beside writes, by access: a read goes by each `add` too. Nothing is noted as `none`.
constexpr Access kAlsoBefore[] = {Access::none, Access::add, Access::none, Access::none};
constexpr int index(Access access) { return static_cast<int>(access); }

constexpr std::uint32_t kinds_that(bool (*chosen)(OpKind)) {
  std::uint32_t kinds = 0;
  for (std::uint32_t kind = 0; kind < std::size(kOpTraits); ++kind)
    if (chosen(static_cast<OpKind>(kind))) kinds |= std::uint32_t{1} << kind;
  return kinds;
}
constexpr bool releases(OpKind kind) { return traits(kind).releases; }
constexpr std::uint32_t kResuming = kinds_that(resumes);
constexpr std::uint32_t kReleasing = kinds_that(releases);

constexpr bool among(std::uint32_t kinds, OpKind kind) {
  return (kinds >> static_cast<int>(kind) & 1) != 0;
}

}  // namespace

std::uint64_t TraceIds::Sums::before(const Operation& op) const {
  if (resumes(op.kind)) return releases;
  if (op.access == Access::none) return 0;
  return by_access[index(Access::write)] + by_access[index(kAlsoBefore[index(op.access)])];
}

void TraceIds::Sums::note(const Operation& op, std::uint64_t event) {
  if (traits(op.kind).releases) releases += event;
  if (!resumes(op.kind) && op.access != Access::none) by_access[index(op.access)] += event;
}

/// Whether what is known of the object is of this execution, and all of it in its sums.
bool TraceIds::renew(ObjectId object) {
  Touched& touched = touched_[object];
  if (object == kNoObject || touched.stamp == stamp_ + 1) return false;
  touched.high = touched.low = Sums{};
  touched.latest_part = 0;
  touched.stamp = stamp_;
  return true;
}

/// The sum of the events so far that an event with `op` goes by. One that it goes by twice counts
/// twice, and those of its own task count: in executions of one trace both are alike.
TraceId TraceIds::before(const Operation& op) {
  if (op.object == kNoObject) return {};
  Touched& touched = touched_[op.object];
  if (touched.stamp != stamp_) renew(op.object);
  TraceId sum{touched.high.before(op), touched.low.before(op)};
  for (std::uint32_t at = touched.latest_part; at != 0; at = parts_[at - 1].previous)
    if (dependent(parts_[at - 1].op, op)) add_to(sum, parts_[at - 1].event);
  return sum;
}

void TraceIds::note(const Operation& op, const TraceId& event) {
  if (op.object == kNoObject) return;
  Touched& touched = touched_[op.object];
  if (whole(op)) {
    touched.high.note(op, event.high);
    touched.low.note(op, event.low);
  } else {
    touched.stamp = stamp_ + 1;
    parts_.push_back({op, event, touched.latest_part});
    touched.latest_part = static_cast<std::uint32_t>(parts_.size());
  }
}

void TraceIds::read_any(const Record& record, std::uint32_t number) {
  const StepRecord& step = record.steps[number];
  TraceId event = after(latest_[step.actor]);
  for (std::uint32_t i = step.choice_begin; i < record.choice_end(number); ++i)
    event = with_choice(event, record.choices[i]);
  const std::span<const Footprint> touched = record.touched_by(number);
  add_to(event, before(step.op));
  for (const Footprint& one : touched) add_to(event, before(as_operation(one)));
  // Nothing for a whole object, so that plain steps need not look.
  event.high += std::uint64_t{step.op.begin} << 32 | (0xffffffffU - step.op.end);
  event = with_operation(event, step.op);
  note(step.op, event);
  for (const Footprint& one : touched) note(as_operation(one), event);
  latest_[step.actor] = event;
  add_to(id_, event);
}

/// What `read_any` does, for a plain step.
template <bool kReleases>
[[gnu::always_inline]] inline void TraceIds::read_one(const StepRecord& step, Touched& touched) {
  const int access = index(step.op.access);
  const int also = index(kAlsoBefore[access]);
  constexpr int kWrite = index(Access::write);
  TraceId event = after(latest_[step.actor]);
  event.high += touched.high.by_access[kWrite] + touched.high.by_access[also];
  event.low += touched.low.by_access[kWrite] + touched.low.by_access[also];
  event = with_operation(event, step.op);
  latest_[step.actor] = event;
  add_to(id_, event);
  touched.high.by_access[access] += event.high;
  touched.low.by_access[access] += event.low;
  if constexpr (kReleases) {
    touched.high.releases += event.high;
    touched.low.releases += event.low;
  }
}

/// Goes on as long as steps are plain (one access of one whole object, and that of no part of it
/// before), and gives the first that is not. The step at `end` has to be there, for what it begins.
const StepRecord* TraceIds::read_plain(const StepRecord* step, const StepRecord* end) {
  for (; step < end; ++step) {
    if (step[1].footprint_begin != step->footprint_begin) break;
    if (step[1].choice_begin != step->choice_begin) break;
    const Operation& op = step->op;
    if (!whole(op) || op.access == Access::none) break;
    Touched& touched = touched_[op.object];
    if (touched.stamp != stamp_ && !renew(op.object)) break;
    if (!among(kReleasing | kResuming, op.kind)) {
      read_one<false>(*step, touched);
    } else if (among(kReleasing, op.kind)) {
      read_one<true>(*step, touched);
    } else {
      break;
    }
  }
  return step;
}

TraceId TraceIds::of(const Execution& execution) {
  const Record& record = execution.record();
  begin();
  return read(execution, record.explored_end - record.explored_begin);
}

void TraceIds::begin() {
  steps_ = 0;
  stamp_ += 2;
  latest_.clear();
  parts_.clear();
}

void TraceIds::make_room(const Execution& execution) {
  if (touched_.size() < execution.object_count()) touched_.resize(execution.object_count());
  const std::vector<Actor>& actors = execution.record().actors;
  for (std::size_t actor = latest_.size(); actor < actors.size(); ++actor)
    latest_.push_back(born(actors[actor].path));
}

TraceId TraceIds::read(const Execution& execution, std::uint32_t complete) {
  const Record& record = execution.record();
  if (steps_ == 0) id_ = at_start(record);
  make_room(execution);
  const StepRecord* const steps = record.steps.data();
  const std::uint32_t end = record.explored_begin + complete;
  for (std::uint32_t number = record.explored_begin + steps_; number < end; ++number) {
    const std::size_t known_end = std::min<std::size_t>(end, record.steps.size() - 1);
    number = static_cast<std::uint32_t>(read_plain(steps + number, steps + known_end) - steps);
    if (number < end) read_any(record, number);
  }
  steps_ = complete;
  return id_;
}

}  // namespace sim

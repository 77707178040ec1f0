#include "sim/explore/trace_id.hpp"

#include <algorithm>

#include "sim/execution.hpp"
#include "sim/random.hpp"

namespace sim {
namespace {

/// Two independent 64-bit hashes side by side: a multiplication for each word (two lists that
/// differ in one word never meet), the finaliser of SplitMix64 at the end.
class Mixer {
 public:
  void add(std::uint64_t value) {
    high_ = stirred((high_ ^ value) * 0x9e3779b97f4a7c15U);
    low_ = stirred((low_ ^ value) * 0xd1342543de82ef95U);
  }
  void add(const TraceId& id) {
    add(id.high);
    add(id.low);
  }
  TraceId id() const { return {scrambled(high_), scrambled(low_)}; }

 private:
  static std::uint64_t stirred(std::uint64_t z) { return z ^ (z >> 32); }

  std::uint64_t high_ = 0x243f6a8885a308d3U;
  std::uint64_t low_ = 0x13198a2e03707344U;
};

/// Sums do not depend on the order of what is added.
void add_to(TraceId& sum, const TraceId& part) {
  sum.high += part.high;
  sum.low += part.low;
}

TraceId without(const TraceId& sum, const TraceId& part) {
  return {sum.high - part.high, sum.low - part.low};
}

constexpr bool whole(const Operation& op) { return op.begin == 0 && op.end == 0xffffffffU; }

}  // namespace

/// The sum of the events so far that `op` depends on. One that it depends on twice counts twice,
/// and those of its own task count: in executions of one trace both are alike.
TraceId TraceIds::earlier(const Operation& op) {
  if (op.object >= touched_.size()) touched_.resize(op.object + 1U);
  const Touched& touched = touched_[op.object];
  TraceId sum;
  if (resumes(op.kind)) {
    sum = touched.releases;
  } else if (op.access != Access::none) {
    const Access commuting = op.access == Access::write ? Access::none : op.access;
    sum = without(touched.all, touched.alike[static_cast<int>(commuting)]);
    if (traits(op.kind).releases) add_to(sum, touched.resumed);
  }
  for (std::uint32_t at = touched.latest_part; at != 0; at = parts_[at - 1].previous)
    if (dependent(parts_[at - 1].op, op)) add_to(sum, parts_[at - 1].event);
  return sum;
}

void TraceIds::note(const Operation& op, const TraceId& event) {
  Touched& touched = touched_[op.object];
  if (!whole(op)) {
    parts_.push_back({op, event, touched.latest_part});
    touched.latest_part = static_cast<std::uint32_t>(parts_.size());
    return;
  }
  if (traits(op.kind).releases) add_to(touched.releases, event);
  if (resumes(op.kind)) {
    add_to(touched.resumed, event);
  } else if (op.access != Access::none) {
    add_to(touched.all, event);
    add_to(touched.alike[static_cast<int>(op.access)], event);
  }
}

TraceId TraceIds::event(const Record& record, std::uint32_t index) {
  const std::uint32_t number = record.explored_begin + index;
  const StepRecord& step = record.steps[number];
  Mixer mixer;
  mixer.add(record.actors[step.actor].path);
  mixer.add(std::uint64_t{made_by_[step.task]++} << 32 |
            static_cast<std::uint64_t>(step.op.kind) << 8 |
            static_cast<std::uint64_t>(step.op.access));
  mixer.add(std::uint64_t{step.op.begin} << 32 | step.op.end);
  mixer.add(step.op.value);
  for (std::uint32_t i = step.choice_begin; i < record.choice_end(number); ++i)
    mixer.add(record.choices[i].value);

  const std::span<const Footprint> touched = record.touched_by(number);
  TraceId before;
  if (step.op.object != kNoObject) before = earlier(step.op);
  for (const Footprint& one : touched) add_to(before, earlier(as_operation(one)));
  mixer.add(before);
  const TraceId id = mixer.id();
  if (step.op.object != kNoObject) note(step.op, id);
  for (const Footprint& one : touched) note(as_operation(one), id);
  return id;
}

TraceId TraceIds::of(const Execution& execution) {
  const Record& record = execution.record();
  begin();
  return read(execution, record.explored_end - record.explored_begin);
}

void TraceIds::begin() {
  id_ = TraceId{};
  steps_ = 0;
  touched_.clear();
  parts_.clear();
  std::fill(std::begin(made_by_), std::end(made_by_), 0U);
}

TraceId TraceIds::read(const Execution& execution, std::uint32_t complete) {
  const Record& record = execution.record();
  if (steps_ == 0) {
    Mixer at_start;  // what was chosen before the first explored step
    const std::size_t first_choice = record.explored_begin < record.steps.size()
                                         ? record.steps[record.explored_begin].choice_begin
                                         : record.choices.size();
    for (std::size_t i = 0; i < first_choice; ++i) at_start.add(record.choices[i].value);
    id_ = at_start.id();
  }
  for (; steps_ < complete; ++steps_) add_to(id_, event(record, steps_));
  return id_;
}

}  // namespace sim

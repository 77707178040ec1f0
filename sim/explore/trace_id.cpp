#include "sim/explore/trace_id.hpp"

#include <algorithm>

#include "sim/execution.hpp"

namespace sim {
namespace {

/// Two independent 64-bit hashes side by side (the finaliser of SplitMix64, other keys).
class Mixer {
 public:
  void add(std::uint64_t value) {
    id_.high = mixed(id_.high ^ (value + 0x9e3779b97f4a7c15U));
    id_.low = mixed(id_.low ^ (value + 0xd1342543de82ef95U)) + id_.high;
  }
  void add(const TraceId& id) {
    add(id.high);
    add(id.low);
  }
  const TraceId& id() const { return id_; }

 private:
  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

  TraceId id_{0x243f6a8885a308d3U, 0x13198a2e03707344U};
};

/// As a part of sums, which do not depend on the order of what is added.
TraceId as_part(const TraceId& id) {
  Mixer mixer;
  mixer.add(id);
  return mixer.id();
}

void add_to(TraceId& sum, const TraceId& part) {
  sum.high += part.high;
  sum.low += part.low;
}

}  // namespace

/// Events before `access` that it depends on, those of its own task left out: they are known by
/// their number.
void TraceIds::add_earlier(const Record& record, const AccessOfStep& access, TraceId& sum) {
  const ActorId self = record.steps[record.explored_begin + access.step].actor;
  for (std::uint32_t at = access.previous; at != 0; at = accesses_[at - 1].previous) {
    const AccessOfStep& earlier = accesses_[at - 1];
    if (counted_for_[earlier.step] == access.step + 1) continue;
    if (record.steps[record.explored_begin + earlier.step].actor == self) continue;
    if (!dependent(earlier.op, access.op)) continue;
    counted_for_[earlier.step] = access.step + 1;
    add_to(sum, events_[earlier.step]);
  }
}

TraceId TraceIds::event(const Record& record, std::uint32_t index) {
  const std::uint32_t number = record.explored_begin + index;
  const StepRecord& step = record.steps[number];
  Mixer mixer;
  mixer.add(record.actors[step.actor].path);
  mixer.add(made_by_[step.task]++);
  mixer.add(static_cast<std::uint64_t>(step.op.kind) << 8 |
            static_cast<std::uint64_t>(step.op.access));
  mixer.add(std::uint64_t{step.op.begin} << 32 | step.op.end);
  mixer.add(step.op.value);
  for (std::uint32_t i = step.choice_begin; i < record.choice_end(number); ++i)
    mixer.add(record.choices[i].value);

  TraceId earlier;
  const auto add_access = [&](const Operation& op) {
    if (op.object == kNoObject) return;
    if (op.object >= latest_.size()) latest_.resize(op.object + 1U, 0);
    accesses_.push_back({op, index, latest_[op.object]});
    latest_[op.object] = static_cast<std::uint32_t>(accesses_.size());
    add_earlier(record, accesses_.back(), earlier);
  };
  add_access(step.op);
  for (std::uint32_t i = step.footprint_begin; i < record.footprint_end(number); ++i) {
    Operation touched = operation(OpKind::update, record.footprint[i].object);
    touched.access = record.footprint[i].access;
    add_access(touched);
  }
  mixer.add(earlier);
  return mixer.id();
}

TraceId TraceIds::of(const Execution& execution) {
  const Record& record = execution.record();
  begin();
  return read(execution, record.explored_end - record.explored_begin);
}

void TraceIds::begin() {
  id_ = TraceId{};
  events_.clear();
  accesses_.clear();
  counted_for_.clear();
  latest_.assign(latest_.size(), 0);
  std::fill(std::begin(made_by_), std::end(made_by_), 0U);
}

TraceId TraceIds::read(const Execution& execution, std::uint32_t complete) {
  const Record& record = execution.record();
  if (events_.empty()) {
    Mixer at_start;  // what was chosen before the first explored step
    const std::size_t first_choice = record.explored_begin < record.steps.size()
                                         ? record.steps[record.explored_begin].choice_begin
                                         : record.choices.size();
    for (std::size_t i = 0; i < first_choice; ++i) at_start.add(record.choices[i].value);
    id_ = TraceId{};
    add_to(id_, as_part(at_start.id()));
  }
  while (events_.size() < complete) {
    counted_for_.push_back(0);
    events_.push_back(as_part(event(record, static_cast<std::uint32_t>(events_.size()))));
    add_to(id_, events_.back());
  }
  return id_;
}

}  // namespace sim

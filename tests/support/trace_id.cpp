#include "tests/support/trace_id.hpp"

#include <algorithm>
#include <map>

namespace testing {
namespace {

/// Everything that a step touches, as operations.
std::vector<sim::Operation> touched(const sim::Record& record, std::uint32_t step) {
  std::vector<sim::Operation> all{record.steps[step].op};
  for (std::uint32_t i = record.steps[step].footprint_begin; i < record.footprint_end(step); ++i) {
    sim::Operation op = sim::operation(sim::OpKind::update, record.footprint[i].object);
    op.access = record.footprint[i].access;
    all.push_back(op);
  }
  return all;
}

}  // namespace

bool dependent_events(const sim::Record& record, std::uint32_t a, std::uint32_t b) {
  for (const sim::Operation& x : touched(record, a))
    for (const sim::Operation& y : touched(record, b))
      if (sim::dependent(x, y)) return true;
  return false;
}

std::vector<std::uint64_t> trace_id(const sim::Record& record) {
  using Event = std::vector<std::uint64_t>;
  std::map<std::uint64_t, std::uint64_t> made;  // task path -> events so far
  std::vector<std::pair<std::uint64_t, std::uint64_t>> names;
  std::vector<Event> events;
  for (std::uint32_t i = record.explored_begin; i < record.explored_end; ++i) {
    const sim::StepRecord& step = record.steps[i];
    const std::uint64_t path = record.actors[step.actor].path;
    names.emplace_back(path, made[path]++);
    Event event{path,
                names.back().second,
                static_cast<std::uint64_t>(step.op.kind),
                static_cast<std::uint64_t>(step.op.access),
                step.op.begin,
                step.op.end,
                step.op.value};
    for (std::uint32_t c = step.choice_begin; c < record.choice_end(i); ++c)
      event.push_back(record.choices[c].value);
    std::vector<std::pair<std::uint64_t, std::uint64_t>> before;
    for (std::uint32_t k = record.explored_begin; k < i; ++k) {
      if (record.steps[k].actor != step.actor && dependent_events(record, k, i))
        before.push_back(names[k - record.explored_begin]);
    }
    std::sort(before.begin(), before.end());
    for (const auto& [other, number] : before) {
      event.push_back(other);
      event.push_back(number);
    }
    events.push_back(std::move(event));
  }
  std::sort(events.begin(), events.end());
  std::vector<std::uint64_t> id;  // begins with what was chosen before the first explored step
  const std::size_t chosen = record.explored_begin == record.steps.size()
                                 ? record.choices.size()
                                 : record.steps[record.explored_begin].choice_begin;
  for (std::size_t c = 0; c < chosen; ++c) id.push_back(record.choices[c].value);
  for (const Event& event : events) {
    id.push_back(event.size());
    id.insert(id.end(), event.begin(), event.end());
  }
  return id;
}

}  // namespace testing

#include "sim/explore/trace_count.hpp"

#include <algorithm>
#include <utility>

namespace sim {

void TraceCount::add(const TraceId& id) {
  ++executions_;
  if (slots_.empty()) slots_.resize(kSlots);
  if (!wanted(id) || !insert(id)) return;
  ++kept_;
  while (kept_ > kMost) give_up_half();
}

void TraceCount::add(const Sample& sample) {
  executions_ += sample.executions;
  if (sample.executions == 0) return;
  if (slots_.empty()) slots_.resize(kSlots);
  while (level_ < sample.level) give_up_half();
  for (const TraceId& id : sample.ids) {
    if (!wanted(id) || !insert(id)) continue;
    ++kept_;
    while (kept_ > kMost) give_up_half();
  }
}

TraceCount::Sample TraceCount::sample() const {
  Sample sample{executions_, level_, {}};
  for (const TraceId& id : slots_)
    if (id != TraceId{}) sample.ids.push_back(id);
  std::sort(sample.ids.begin(), sample.ids.end());
  return sample;
}

/// False if it was there. The slot comes from bits that `wanted` does not look at.
bool TraceCount::insert(const TraceId& id) {
  std::size_t slot = id.high % kSlots;
  while (slots_[slot] != TraceId{}) {
    if (slots_[slot] == id) return false;
    slot = (slot + 1) % kSlots;
  }
  slots_[slot] = id;
  return true;
}

void TraceCount::give_up_half() {
  ++level_;
  kept_ = 0;
  const std::vector<TraceId> before = std::exchange(slots_, std::vector<TraceId>(kSlots));
  for (const TraceId& id : before)
    if (id != TraceId{} && wanted(id) && insert(id)) ++kept_;
}

}  // namespace sim

#include "sim/explore/trace_count.hpp"

#include <utility>

namespace sim {

void TraceCount::add(const TraceId& id) {
  ++executions_;
  if (slots_.empty()) slots_.resize(kSlots);
  if (!wanted(id) || !insert(id)) return;
  ++kept_;
  while (kept_ > kMost) give_up_half();
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

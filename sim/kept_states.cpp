#include "sim/kept_states.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sim/assert.hpp"
#include "sim/fiber_switch.hpp"

namespace sim {

void MemoryCopy::clear() {
  stretches_.clear();
  bytes_.clear();
}

void MemoryCopy::add(void* memory, std::size_t bytes) {
  stretches_.push_back({memory, bytes});
  const auto* first = static_cast<const std::byte*>(memory);
  bytes_.insert(bytes_.end(), first, first + bytes);
}

void MemoryCopy::put_back() const {
  const std::byte* from = bytes_.data();
  for (const Stretch& stretch : stretches_) {
    std::memcpy(stretch.memory, from, stretch.bytes);
    from += stretch.bytes;
  }
}

void KeptStates::forget_behind(std::uint32_t steps) {
  while (in_use_ > 0 && latest().steps > steps) --in_use_;
}

KeptState& KeptStates::add(std::uint32_t steps) {
  FSW_ASSERT(empty() || latest().steps < steps, "a state was kept out of turn");
  // One of three goes where the first and the last lie closer together than half of what follows.
  for (std::size_t i = in_use_; i-- > 2;) {
    const std::uint32_t apart = states_[i]->steps - states_[i - 2]->steps;
    if (2 * apart > steps - states_[i]->steps) continue;
    std::rotate(states_.begin() + static_cast<std::ptrdiff_t>(i) - 1,
                states_.begin() + static_cast<std::ptrdiff_t>(i),
                states_.begin() + static_cast<std::ptrdiff_t>(in_use_));
    --in_use_;
  }
  if (in_use_ == states_.size()) states_.push_back(std::make_unique<KeptState>());
  KeptState& added = *states_[in_use_++];
  added.steps = steps;
  return added;
}

bool Execution::keeps_states() const {
#ifdef FSWEAVE_ASAN
  constexpr bool kStacksAreBytes = false;  // their shadow would have to go back with them
#else
  constexpr bool kStacksAreBytes = true;
#endif
  return kStacksAreBytes && model_->lives_in_arena() && !options_.narrate && !options_.audit;
}

void Execution::keep_state() {
  FSW_ASSERT(now_.phase == Phase::explored, "states are kept of the explored phase only");
  KeptState& state = kept_->add(step() - record_.explored_begin);
  state.memory.clear();
  arena_.for_each_chunk(
      [&state](void* memory, std::size_t bytes) { state.memory.add(memory, bytes); });
  for (TaskId id = 0; id < now_.task_count; ++id) state.memory.add(&tasks_[id], sizeof(Task));
  for (const TaskId id : live_) {
    const Stack stack = tasks_[id].fiber.stack_in_use();
    state.memory.add(stack.bottom, stack.size);
  }
  now_.steps_left = std::exchange(now_.steps_behind, 0);
  state.now = now_;
  state.arena = arena_.mark();
  state.stacks = stacks_.taken();
  state.live = live_;
  state.record = record_.ends();
  lockdep_.keep(state.lockdep);
  state.invariants = invariants_;
  state.inside_held = inside_held_;
  state.objects = objects_.size();
  state.findings = findings_.size();
  state.labels_passed = labels_passed_.size();
  plan_next_kept_state();
}

/// A step takes about as long as it takes to copy 8 KiB: copying is to cost half of that.
void Execution::plan_next_kept_state() {
  if (!keep_others_) return;
  const std::size_t steps =
      std::max(KeptStates::kStepsBetween, kept_->latest().memory.bytes() >> 12);
  now_.steps_behind = now_.steps_left;
  now_.steps_left = static_cast<std::uint32_t>(std::min<std::size_t>(steps, now_.steps_behind));
  now_.steps_behind -= now_.steps_left;
}

void Execution::go_back_to(const KeptState& state) {
  state.memory.put_back();
  arena_.go_back_to(state.arena);
  stacks_.reset(state.stacks);
  now_ = state.now;
  live_ = state.live;
  record_.cut(state.record);
  lockdep_.go_back_to(state.lockdep);
  invariants_ = state.invariants;
  inside_held_ = state.inside_held;
  objects_.resize(state.objects);
  findings_.erase(findings_.begin() + static_cast<std::ptrdiff_t>(state.findings), findings_.end());
  labels_passed_.resize(state.labels_passed);
  plan_next_kept_state();
}

}  // namespace sim

#include "sim/explore/wakeup_trees.hpp"

#include <algorithm>
#include <utility>

#include "sim/explore/mutation.hpp"

namespace sim {

Event WakeupTrees::event_of(Branch branch) const {
  const Node& node = nodes_[branch];
  return {node.task, node.touches, node.choices, node.foreseen};
}

WakeupTrees::Branch WakeupTrees::node_of(const Event& event) {
  Branch branch = free_;
  if (branch == kNone) {
    branch = static_cast<Branch>(nodes_.size());
    nodes_.emplace_back();
  } else {
    free_ = nodes_[branch].next;
  }
  Node& node = nodes_[branch];
  node.task = event.task;
  bytes_of_events_ -= bytes_of_event(node);
  node.touches.assign(event.touches.begin(), event.touches.end());
  node.choices.assign(event.choices.begin(), event.choices.end());
  bytes_of_events_ += bytes_of_event(node);
  node.foreseen = event.foreseen;
  node.children = node.next = kNone;
  most_ = std::max(most_, ++size_);
  return branch;
}

/// Does the branch that begins with `first` lead to all that begins with `events`? What a foreseen
/// step will really touch is not known before it has been made; it stands for itself alone.
bool WakeupTrees::covers(const Event& first, std::span<const Event> events) {
  if (!first.foreseen) return weak_initial(first, events);
  return events.size() == 1 && events.front().task == first.task;
}

/// Two ways to foresee one step: both hold.
void WakeupTrees::merge(Node& node, const Event& event) {
  bytes_of_events_ -= bytes_of_event(node);
  for (const Touch& touch : event.touches) {
    if (std::find(node.touches.begin(), node.touches.end(), touch) == node.touches.end())
      node.touches.push_back(touch);
  }
  bytes_of_events_ += bytes_of_event(node);
}

/// The branch from which `events`, or what is left of them, has to be added; those that lead there
/// are taken out.
WakeupTrees::Branch WakeupTrees::descend(Branch tree, std::vector<Event>& events) {
  Branch above = kNone;
  while (!events.empty() && !planted(Mutation::always_at_the_root)) {
    Branch fits = above == kNone ? tree : nodes_[above].children;
    while (fits != kNone && !covers(event_of(fits), events)) fits = nodes_[fits].next;
    if (fits == kNone) break;
    const TaskPath task = nodes_[fits].task;
    const auto own = std::find_if(events.begin(), events.end(),
                                  [task](const Event& event) { return event.task == task; });
    if (own != events.end()) {
      if (nodes_[fits].foreseen) merge(nodes_[fits], *own);
      events.erase(own);
    }
    above = fits;
  }
  return above;
}

void WakeupTrees::insert(Branch& tree, std::vector<Event>& events) {
  const Branch above = descend(tree, events);
  Branch below = kNone;
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    const Branch node = node_of(*event);
    nodes_[node].children = std::exchange(below, node);
  }
  Branch* place = above == kNone ? &tree : &nodes_[above].children;
  while (*place != kNone) place = &nodes_[*place].next;
  *place = below;
}

/// Where the last branch on the way hangs.
WakeupTrees::Branch& WakeupTrees::list_of(Branch& tree) {
  return way_.size() < 2 ? tree : nodes_[way_[way_.size() - 2]].children;
}

void WakeupTrees::drop_covered(Branch& tree, const SleepSets& sleep_sets,
                               const SleepSets::Set& asleep) {
  if (asleep.empty()) return;
  way_.assign(1, tree);
  sequence_.assign(1, event_of(tree));
  while (!way_.empty()) {
    const Branch here = way_.back();
    if (nodes_[here].children != kNone) {
      way_.push_back(nodes_[here].children);
      sequence_.push_back(event_of(way_.back()));
      continue;
    }
    bool drop = sleep_sets.cover(asleep, sequence_);
    // To the next sequence: a branch all of whose sequences are dropped goes with them.
    while (!way_.empty()) {
      const Branch done = way_.back();
      const Branch next = way_.size() == 1 ? kNone : nodes_[done].next;
      if (drop) {
        Branch* place = &list_of(tree);
        while (*place != done) place = &nodes_[*place].next;
        *place = std::exchange(nodes_[done].next, kNone);
        release(done);
      }
      way_.pop_back();
      sequence_.pop_back();
      if (next != kNone) {
        way_.push_back(next);
        sequence_.push_back(event_of(next));
        break;
      }
      drop = !way_.empty() && nodes_[way_.back()].children == kNone;
    }
  }
}

WakeupTrees::Branch WakeupTrees::take(Branch& tree) {
  const Branch oldest = tree;
  tree = std::exchange(nodes_[oldest].next, kNone);
  return oldest;
}

WakeupTrees::Branch WakeupTrees::take_children(Branch branch) {
  return std::exchange(nodes_[branch].children, kNone);
}

void WakeupTrees::release(Branch tree) {
  std::vector<Branch>& left = to_release_;
  left.push_back(tree);
  while (!left.empty()) {
    const Branch branch = left.back();
    left.pop_back();
    if (branch == kNone) continue;
    Node& node = nodes_[branch];
    left.push_back(node.next);
    left.push_back(node.children);
    node.next = std::exchange(free_, branch);
    --size_;
  }
}

}  // namespace sim

/// Wakeup trees (Abdulla, Aronis, Jonsson, Sagonas, JACM 2017): for each scheduling point of the
/// path, the sequences of events that are still to be run from there, oldest branch first. All
/// trees share one pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/explore/sleep_sets.hpp"

namespace sim {

class WakeupTrees {
 public:
  /// A tree is named by its oldest branch; kNone: it has none.
  using Branch = std::uint32_t;
  static constexpr Branch kNone = 0xffffffffU;

  /// Adds `events`, the last of them foreseen, to the tree unless one of its sequences covers them.
  /// `events` is used up.
  void insert(Branch& tree, std::vector<Event>& events);

  /// Drops the sequences of the oldest branch that sleepers of its point cover by now.
  void drop_covered(Branch& tree, const SleepSets& sleep_sets, const SleepSets::Set& asleep);
  /// Takes the oldest branch off the tree, with what is below its first event.
  Branch take(Branch& tree);
  /// Takes off what is below the first event of a branch that was taken.
  Branch take_children(Branch branch);
  /// Gives back a whole tree, or a branch that was taken.
  void release(Branch tree);

  /// The first event of a branch, until that is released.
  Event event_of(Branch branch) const;

  /// Events that are kept in all trees.
  std::size_t size() const { return size_; }
  /// The most that there ever were.
  std::size_t most() const { return most_; }
  /// Memory of all trees, with what is kept for later ones.
  std::size_t bytes() const { return nodes_.capacity() * sizeof(Node) + bytes_of_events_; }

 private:
  struct Node {
    TaskPath task = 0;
    std::vector<Touch> touches;
    std::vector<Chosen> choices;
    bool foreseen = false;
    Branch children = kNone;
    Branch next = kNone;  ///< the next younger branch, or the next free node
  };

  static std::size_t bytes_of_event(const Node& node) {
    return node.touches.capacity() * sizeof(Touch) + node.choices.capacity() * sizeof(Chosen);
  }
  Branch node_of(const Event& event);
  static bool covers(const Event& first, std::span<const Event> events);
  void merge(Node& node, const Event& event);
  Branch descend(Branch tree, std::vector<Event>& events);
  Branch& list_of(Branch& tree);

  std::vector<Node> nodes_;
  std::vector<Branch> to_release_;  ///< scratch
  std::vector<Branch> way_;         ///< scratch: from the root to the sequence looked at
  std::vector<Event> sequence_;     ///< scratch: its events
  Branch free_ = kNone;
  std::size_t size_ = 0;
  std::size_t most_ = 0;
  std::size_t bytes_of_events_ = 0;
};

}  // namespace sim

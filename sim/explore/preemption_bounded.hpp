/// Every Mazurkiewicz trace that some execution with at most N preemptions belongs to, those with
/// fewer preemptions first (iterative context bounding: Musuvathi, Qadeer, PLDI 2007).
///
/// The reductions of the unbounded search are unsound under a bound: what a sleeping task or a
/// reversal stands for may need a preemption more than the bound allows (Coons, Musuvathi,
/// McKinley, OOPSLA 2013, whose remedy keeps the local states of each task, not traces). What stays
/// true is this: beginnings of executions that differ only in the order of independent steps lead
/// to the same state, and what a continuation costs depends on that state and on who ran last. So
/// each class of beginnings is gone on from once with each task, at the least number of preemptions
/// that leads there:
/// - It is first reached with its least number, m, since all moves that cost nothing are made
///   before any preemption.
/// - Who reaches it with m and may go on with the task that ran last makes that move; who reaches
///   it with a task that cannot go on makes all moves; and every other move is a preemption, made
///   with m + 1. A later arrival with more than m has nothing to add: each of its moves would cost
///   m + 1 at least.
/// It is not optimal: an execution is cut where it meets a class from which all its moves were
/// made, and each class has to be remembered. Two traces are taken for one with a chance of about
/// n^2 / 2^128 among n beginnings (TraceId).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/explore/prefix_classes.hpp"
#include "sim/explore/search.hpp"

namespace sim {

class PreemptionBounded final : public Search {
 public:
  /// `most_bytes`: gives up beyond.
  PreemptionBounded(std::uint32_t preemptions, std::size_t most_bytes)
      : bound_(preemptions), most_bytes_(most_bytes) {}

  void begin(const Execution& execution) override;
  void resume(const Execution& execution) override;
  TaskId next_task(const Execution& execution) override;
  std::uint32_t choose(const Execution& execution, const char* what,
                       std::uint32_t options) override;
  void end(const Execution& execution) override;
  bool advance() override;
  std::uint32_t shared() const override { return shared_; }
  bool redundant() const override { return redundant_; }
  bool complete() const override { return sound_; }
  std::optional<std::uint32_t> preemption_bound() const override;
  std::string_view gave_up() const override { return gave_up_; }

  /// Traces by the preemptions that they need, at least.
  std::span<const std::uint64_t> traces() const { return traces_; }
  std::size_t bytes() const;

 private:
  using Node = std::uint32_t;
  static constexpr std::uint32_t kNone = 0xffffffffU;

  /// A task that was picked or a value that was chosen, after all decisions above it.
  struct Decision {
    Node above;
    std::uint32_t value;
  };
  /// A decision that is still to be made.
  struct Open {
    Node above;
    std::uint32_t value;
    PrefixClasses::Index from;  ///< of a preemption: where; otherwise kNone
    std::uint32_t rank;         ///< likewise: who, as in PrefixClass::moved
  };

  TaskId arrive(const Execution& execution, std::uint32_t steps);
  Node decide(Node above, std::uint32_t value);
  void read_path(Node last, std::vector<Node>& path) const;
  bool open_next(Open& next);

  std::uint32_t bound_;
  std::size_t most_bytes_;
  bool sound_ = true;  ///< false: what the options ask for is not closed under the order of
                       ///< independent steps
  std::string gave_up_;

  PrefixClasses classes_;
  std::vector<Decision> decisions_;
  std::vector<Open> now_;    ///< with `level_` preemptions; the last one comes next
  std::vector<Open> later_;  ///< with one more
  std::uint32_t level_ = 0;
  std::vector<std::uint64_t> traces_{0};

  // Of the execution in progress.
  TraceIds ids_;
  std::vector<Node> path_;  ///< decisions that lead to what is new in it
  std::size_t followed_ = 0;
  Node here_ = kNone;  ///< the latest decision
  bool redundant_ = false;

  std::vector<std::uint32_t>
      made_by_;                    ///< explored step of the latest one -> decisions up to its end
  std::vector<Node> latest_path_;  ///< scratch
  std::uint32_t shared_ = 0;
};

}  // namespace sim

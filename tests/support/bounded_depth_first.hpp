/// Every interleaving with few preemptions, without reduction: the yardstick of bounded searches.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/execution.hpp"
#include "sim/explore/search.hpp"

namespace testing {

class BoundedDepthFirst final : public sim::Search {
 public:
  explicit BoundedDepthFirst(std::uint32_t bound) : bound_(bound) {}

  void begin(const sim::Execution&) override { depth_ = preemptions_ = 0; }

  sim::TaskId next_task(const sim::Execution& execution) override {
    const sim::TaskId last = execution.last_task();
    const bool could_go_on =
        last != sim::kNoTask && (execution.enabled() & sim::mask_of(last)) != 0;
    if (depth_ == path_.size()) {
      Node node;
      for (sim::TaskId task = 0; task < sim::kMaxTasks; ++task) {
        if ((execution.enabled() & sim::mask_of(task)) == 0) continue;
        if (could_go_on && task != last && preemptions_ == bound_) continue;
        node.values.push_back(task);
      }
      path_.push_back(node);
    }
    const std::uint32_t task = path_[depth_].values[path_[depth_].at];
    ++depth_;
    if (could_go_on && task != last) ++preemptions_;
    return static_cast<sim::TaskId>(task);
  }

  std::uint32_t choose(const sim::Execution&, const char*, std::uint32_t options) override {
    if (depth_ == path_.size()) {
      Node node;
      for (std::uint32_t value = 0; value < options; ++value) node.values.push_back(value);
      path_.push_back(node);
    }
    ++depth_;
    return path_[depth_ - 1].values[path_[depth_ - 1].at];
  }

  bool advance() override {
    while (!path_.empty()) {
      if (++path_.back().at < path_.back().values.size()) return true;
      path_.pop_back();
    }
    return false;
  }

 private:
  struct Node {
    std::vector<std::uint32_t> values;
    std::size_t at = 0;
  };

  std::uint32_t bound_;
  std::uint32_t preemptions_ = 0;
  std::vector<Node> path_;
  std::size_t depth_ = 0;
};

}  // namespace testing

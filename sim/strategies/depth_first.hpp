/// Plain depth-first search over every interleaving and every choice: no reduction. The yardstick
/// for small programs.
#pragma once

#include <vector>

#include "sim/explore/search.hpp"

namespace sim {

class DepthFirst final : public Search {
 public:
  TaskId next_task(const Execution& execution) override;
  std::uint32_t choose(const Execution& execution, const char* what,
                       std::uint32_t options) override;
  void begin(const Execution&) override { depth_ = 0; }
  bool advance() override;

 private:
  struct Node {
    TaskMask left;       ///< tasks not tried yet (task nodes)
    std::uint32_t next;  ///< values not tried yet are [next, options) (choice nodes)
    std::uint32_t options;
    TaskId task;
  };

  std::vector<Node> path_;
  std::size_t depth_ = 0;
};

}  // namespace sim

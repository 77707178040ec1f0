#include "sim/strategies/depth_first.hpp"

#include "sim/execution.hpp"

namespace sim {
namespace {

TaskId first_of(const Execution& execution, TaskMask tasks) {
  for (const Task* task : execution.live_tasks())
    if ((tasks & mask_of(task->id)) != 0) return task->id;
  return kNoTask;
}

}  // namespace

TaskId DepthFirst::next_task(const Execution& execution) {
  if (depth_ == path_.size()) {
    const TaskId first = first_of(execution, execution.enabled());
    path_.push_back({execution.enabled() & ~mask_of(first), 0, 0, first});
  }
  return path_[depth_++].task;
}

std::uint32_t DepthFirst::choose(const Execution&, const char*, std::uint32_t options) {
  if (depth_ == path_.size()) path_.push_back({0, 1, options, kNoTask});
  return path_[depth_++].next - 1;
}

bool DepthFirst::advance() {
  while (!path_.empty()) {
    Node& node = path_.back();
    if (node.left != 0) {
      node.task = lowest_of(node.left);
      node.left &= ~mask_of(node.task);
      return true;
    }
    if (node.next < node.options) {
      ++node.next;
      return true;
    }
    path_.pop_back();
  }
  return false;
}

}  // namespace sim

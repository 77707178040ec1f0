#include "sim/sync/workqueue.hpp"

namespace sim {

bool workqueue::can_proceed(const Task&, const Operation&) const { return active_ < max_active_; }

void workqueue::begin_item() {
  Execution& execution = current();
  const Operation op = execution.perform(operation(OpKind::begin_work, id()), this);
  ++active_;
  execution.acquired(*execution.running(), *this, op);
}

void workqueue::end_item() {
  Execution& execution = current();
  const Operation op = execution.perform(operation(OpKind::end_work, id()), this);
  --active_;
  execution.released(*execution.running(), *this, op);
}

}  // namespace sim

#include "sim/sync/completion.hpp"

#include "sim/execution.hpp"

namespace sim {

bool completion::can_proceed(const Task&, const Operation&) const { return done_; }

TaskMask completion::providers(const Task&, const Operation&) const {
  return owed_ == nullptr ? 0 : owed_->owners();
}

void completion::complete() {
  Execution& execution = current();
  const Operation op = execution.perform(operation(OpKind::complete, id()), this);
  done_ = true;
  execution.released(*execution.running(), *this, op);
}

void completion::wait_for_completion() {
  Execution& execution = current();
  execution.lockdep().before_wait(execution, *execution.running(), owed_, *this);
  const Operation op = execution.perform(operation(OpKind::wait_complete, id()), this);
  execution.acquired(*execution.running(), *this, op);
}

}  // namespace sim

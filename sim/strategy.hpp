/// What picks the next task. Strategies see enabled tasks and their pending operations, never the
/// model.
#pragma once

#include <cstdint>

#include "sim/operation.hpp"

namespace sim {

class Execution;

class Strategy {
 public:
  virtual ~Strategy() = default;

  /// The explored phase of an execution begins.
  virtual void begin(const Execution&) {}

  /// Instead of `begin`: the explored phase of an execution goes on behind steps that it shares
  /// with the execution before; none of them unless the strategy said so (Search::shared). Tasks
  /// are there already.
  virtual void resume(const Execution& execution) { begin(execution); }

  /// One of `execution.enabled()`; kNoTask cuts the execution here.
  virtual TaskId next_task(const Execution& execution) = 0;

  /// A value below `options` for an injected choice of the running task; 0 is what happens when
  /// nothing goes wrong.
  virtual std::uint32_t choose(const Execution& execution, const char* what,
                               std::uint32_t options) = 0;

  /// The explored phase ended, however it did.
  virtual void end(const Execution&) {}
};

}  // namespace sim

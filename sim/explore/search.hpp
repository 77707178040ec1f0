/// A strategy over many executions.
#pragma once

#include "sim/strategy.hpp"

namespace sim {

class Search : public Strategy {
 public:
  /// Called after each execution: moves on to the next one; false when there is none left.
  virtual bool advance() = 0;

  /// Did the latest execution repeat what others cover (cut by the search itself)?
  virtual bool redundant() const { return false; }

  /// Once `advance` returned false: was every execution covered?
  virtual bool complete() const { return true; }
};

}  // namespace sim

/// What must hold between the lanes of any recording, kernel or model.
#pragma once

#include <string>
#include <vector>

#include "cli/conform/lanes.hpp"

namespace conform {

struct BrokenRule {
  std::size_t op = 0;  ///< index of the operation in whose window it was noticed
  std::string what;    ///< one sentence
  std::string event;   ///< the event that came too early
};

/// The order between different lanes that every run keeps (see compare()), checked in one
/// recording.
std::vector<BrokenRule> broken_causal_rules(const Lanes& lanes);

}  // namespace conform

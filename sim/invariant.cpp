#include "sim/invariant.hpp"

namespace sim {

std::string_view word(InvariantClass invariant_class) {
  switch (invariant_class) {
    case InvariantClass::stable: return "stable";
    case InvariantClass::additive: return "additive";
    case InvariantClass::guarded: return "guarded";
    case InvariantClass::relational: return "relational";
  }
  return "";
}

}  // namespace sim

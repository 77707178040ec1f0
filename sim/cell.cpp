#include "sim/cell.hpp"

namespace sim {

MarkedCell::MarkedCell(const ObjectName& name, std::size_t bytes, WatchMask parts,
                       const void* value, std::size_t value_bytes)
    : Object(name, bytes), parts_(parts) {
  current().audit_cell(value, value_bytes, class_name());
}

void MarkedCell::synchronise_as(Operation op, OpKind kind) {
  op.kind = kind;
  Execution& execution = current();
  if (traits(kind).releases) {
    execution.released(*execution.running(), *this, op);
  } else {
    execution.acquired(*execution.running(), *this, op);
  }
}

void MarkedCell::assert_leaf_section(Execution& execution) {
  const Task& self = *execution.running();
  FSW_ASSERT(self.spin_depth > 0 && self.spin_step == execution.step() && !self.spin_released,
             "an access in a section outside a leaf section");
}

template class Marked<bool>;
template class Marked<std::int32_t>;
template class Marked<std::uint32_t>;
template class Marked<std::uint64_t>;

}  // namespace sim

/// The same workload on the model, recorded.
#pragma once

#include "cli/conform/recording.hpp"
#include "cli/conform/workload.hpp"

namespace conform {

/// The workload on the modelled filesystem of today, one operation after the other by the fixed
/// order, as a recording like the kernel's.
Recording record_model(const KernelWorkload& workload);

}  // namespace conform

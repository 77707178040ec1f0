/// The same workload on the model, recorded.
#pragma once

#include "cli/conform/kernel_run.hpp"
#include "cli/conform/recording.hpp"

namespace conform {

/// The workload on the modelled btrfs of today, one operation after the other by the fixed order,
/// as a recording like the kernel's.
Recording record_model(const KernelWorkload& workload);

}  // namespace conform

#pragma once

#include <cstdint>

#include "cli/conform/kernel_run.hpp"
#include "cli/conform/recording.hpp"

namespace conform {

/// The workload on the modelled btrfs of today, one operation after the other by the fixed order,
/// as a recording like the kernel's. `referenced_before`: what the qgroup counts before the first
/// operation; trees have no size in the model, so the kernel's own number is added to its counter.
Recording record_model(const KernelWorkload& workload, std::int64_t referenced_before);

}  // namespace conform

/// Reads the "cases" of a scenario: what to replay or search, on which kernel, and what has to come
/// out.
#pragma once

#include <string_view>
#include <vector>

#include "core/scenario/json_reader.hpp"
#include "core/scenario/scenario.hpp"

namespace scenario {

/// The names that a schedule of the scenario may run.
struct RunnableTasks {
  std::vector<std::string_view> declared;
  std::vector<std::string_view>
      spawned;  ///< empty: any name may be one of a task that the core spawns
};

std::vector<Case> read_cases(const JsonView& cases, const RunnableTasks& tasks);

/// True for "ext4_da_map_blocks:hole_seen": two C identifiers.
bool is_label(std::string_view text);

/// Throws at `view` where `name` is no name for a task or a case: letters, digits, '_', '-' and
/// '.', at most 64 bytes.
void check_name(std::string_view name, const JsonView& view, bool at_key);

}  // namespace scenario

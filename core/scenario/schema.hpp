/// The JSON Schema of scenario files, and a document checked against it.
#pragma once

#include <string_view>

#include "core/scenario/json_reader.hpp"

namespace scenario {

/// The text of scenarios/scenario.schema.json as built in.
std::string_view scenario_schema();

/// Throws InputError for the innermost place that does not fit: the first of the deepest. Documents
/// of more than 50,000 values are checked as a whole, since naming every misfit of a hostile file
/// costs gigabytes; their error has no place.
void check_schema(const JsonDocument& document);

}  // namespace scenario

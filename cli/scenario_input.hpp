/// Scenario files and their cases as the command line names them.
#pragma once

#include <string>
#include <vector>

#include "core/scenario/scenario.hpp"

namespace cli {

/// Reads a scenario with the task names of every filesystem known, and checks that its filesystem
/// is modelled. Throws scenario::InputError.
scenario::Scenario load_scenario(const std::string& path);

/// Throws UsageError with the nearest name where there is no such case.
const scenario::Case& case_named(const scenario::Scenario& scenario, const std::string& name);

/// The scenario files at `path`: itself, or every *.json below it except schemas, sorted. Throws
/// scenario::InputError where there is nothing.
std::vector<std::string> scenario_files(const std::string& path);

/// The path as a trace may name it: as given, but never absolute.
std::string name_in_trace(const std::string& path);

/// Where the scenario is that the file `named_by`, a trace or the result of a search, names: from
/// here, or beside that file. Throws scenario::InputError where it is at neither place.
std::string find_named_scenario(const std::string& name, const std::string& named_by);

/// The words of a shell command, quoted where a shell would read them otherwise.
std::string shell_word(const std::string& text);

/// "fsweave replay FILE --case C".
std::string command_for(const std::string& command, const std::string& file,
                        const std::string& case_name);

}  // namespace cli

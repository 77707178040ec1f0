/// Files that commands write.
#pragma once

#include <string>
#include <vector>

namespace cli {

/// Looks at `path`, which `option` names, before the work whose result it is to hold. Empty: there
/// is no such file. Throws UsageError where it is one of `inputs`, however spelled, CommandError
/// (output) where it cannot be written.
void check_output(const std::string& option, const std::string& path,
                  const std::vector<std::string>& inputs);

/// Whole or not at all. Throws CommandError (output).
void write_output(const std::string& path, const std::string& text);

}  // namespace cli

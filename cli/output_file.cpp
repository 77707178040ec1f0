#include "cli/output_file.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "cli/errors.hpp"
#include "core/scenario/input_error.hpp"
#include "sim/output_file.hpp"

namespace cli {
namespace {

bool same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  if (std::filesystem::equivalent(a, b, error)) return true;
  const std::filesystem::path one = std::filesystem::weakly_canonical(a, error);
  return !one.empty() && one == std::filesystem::weakly_canonical(b, error);
}

}  // namespace

void check_output(const std::string& option, const std::string& path,
                  const std::vector<std::string>& inputs) {
  if (path.empty()) return;
  for (const std::string& input : inputs)
    if (!input.empty() && same_file(path, input))
      throw UsageError(fmt::format("{} would overwrite {}, which this command uses", option,
                                   scenario::printable(input, 4096)));
  if (const auto error = sim::output_file_refusal(path))
    throw CommandError(ExitCode::output, error->sentence);
}

void write_output(const std::string& path, const std::string& text) {
  if (const auto error = sim::write_output_file(path, text))
    throw CommandError(ExitCode::output, error->sentence);
}

}  // namespace cli

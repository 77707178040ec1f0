/// "Did you mean": the known name that is nearest to what was written.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace scenario {

/// Fewest insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (a
/// swap counts as one and nothing is edited twice). Quadratic: keep names short.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The first of the nearest candidates, if it is near enough to be a slip (a third of its length,
/// at least one edit); otherwise empty. Names beyond 64 bytes are never a slip.
std::string nearest_name(std::string_view name, const std::vector<std::string_view>& candidates);

/// "did you mean 'x'?", or "known: a, b, c" where nothing is near; empty without candidates.
std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace scenario

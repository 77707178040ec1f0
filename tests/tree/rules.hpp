/// The style of the tree as rules: each takes text and returns one sentence for each offence,
/// "path:line: what is wrong and what to do instead", and nothing where the text is fine.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tree/source.hpp"

namespace tidy {

using Complaints = std::vector<std::string>;

inline constexpr std::size_t kMostLines = 600;
inline constexpr std::size_t kMostColumns = 100;
inline constexpr std::size_t kMostFunctionLines = 70;

// Rules for one C++ file.
Complaints file_length(const SourceFile& file);
Complaints line_length(const SourceFile& file);
Complaints function_length(const SourceFile& file);
Complaints header_opening(const SourceFile& file);
/// Who may include whom: the floors of docs/ARCHITECTURE.md, and which folders may use a library.
Complaints include_floors(const SourceFile& file);
/// Sources of nondeterminism in sim/ and core/, each with its replacement.
Complaints banned_names(const SourceFile& file);

// Rules for one file of any kind.
Complaints postponed_work(const SourceFile& file);
Complaints machine_names(const SourceFile& file);

// Rules for the tree as a whole.
Complaints top_level(const Tree& tree);
Complaints listed_sources(const Tree& tree);
Complaints existing_includes(const Tree& tree);
Complaints used_headers(const Tree& tree);
Complaints documented_paths(const Tree& tree);

}  // namespace tidy

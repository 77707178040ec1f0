/// The search of a case as the commands run it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/commands.hpp"
#include "cli/divided_search.hpp"
#include "core/scenario/expectation.hpp"

namespace cli {

struct CaseSearch {
  scenario::Search how;
  std::optional<std::uint64_t> most_runs;  ///< of a search that does not sample: in one piece then
  std::optional<std::uint64_t> memory;     ///< MiB that the search may remember in each process
  DivisionOptions division;
  std::string command;  ///< that runs it again
  bool quiet = false;   ///< no progress
};

struct Shard {
  std::uint32_t number = 1;
  std::uint32_t of = 1;
};

/// "2/3"; throws UsageError.
Shard shard_of(const std::string& text);

/// Runs the search to its end, or until an interrupt. Throws UsageError where it cannot be divided
/// as it is asked for.
scenario::SearchOutcome search_case(scenario::CaseRunner& runner, const CaseSearch& search);

/// Compared with what the case expects: as its own search if it is that, or as another one.
scenario::CaseOutcome judge_search(const scenario::Case& the_case, const scenario::Search& how,
                                   bool limited, const sim::SearchResult& result);

}  // namespace cli

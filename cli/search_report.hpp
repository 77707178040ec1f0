/// What a reader sees of a search.
#pragma once

#include <string>
#include <string_view>

#include "core/scenario/case_runner.hpp"
#include "core/scenario/expectation.hpp"

namespace cli {

/// "about 5.2e+03 traces (4.9e+03 to 5.6e+03)", with a warning where that is doubtful.
std::string about(const sim::TraceEstimate& estimate);

/// Counts, the share of all traces where that is not all of them, window, the verdict's sentences,
/// then each kind of finding with its numbers and the command that replays its smallest witness.
std::string search_report(const scenario::CaseRunner& runner, const scenario::Search& search,
                          const scenario::SearchOutcome& found);

/// A search that is not the case's own: a complete one without a bound is held against claims about
/// all executions, another shows what it shows.
scenario::CaseOutcome compare_other_search(const scenario::Case& the_case,
                                           const sim::SearchResult& result);

}  // namespace cli

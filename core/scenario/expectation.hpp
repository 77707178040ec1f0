/// Does what was seen match what the file expects?
#pragma once

#include <string>
#include <vector>

#include "core/scenario/scenario.hpp"
#include "core/scenario/stages.hpp"
#include "sim/execution.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/strategies/directed.hpp"

namespace scenario {

struct CaseOutcome {
  enum class Kind : std::uint8_t {
    matches,
    witness,  ///< one execution that does not contradict the case, which speaks of others, too
    differs,
    inconclusive,  ///< the search ended before it could say what is expected
    departed,      ///< the schedule could not be followed to its end
  };
  Kind kind = Kind::differs;
  std::string
      expected;  ///< "sometimes qgroup-data-reservation"; "nothing said" where the file is silent
  std::string observed;  ///< a sentence without a stop

  bool matches() const { return kind == Kind::matches; }
};

/// "sometimes qgroup-data-reservation", "never", "no finding".
std::string to_string(const Expect& expect);

/// One execution under the case's schedule. `departures` of a guided schedule are allowed; counters
/// of `stages` must be what the file says.
CaseOutcome compare(const Case& the_case, const sim::Execution& execution,
                    const std::vector<sim::Departure>& departures,
                    const std::vector<Stage>& stages);

/// The counters that the file names for its stages must be as it says.
void hold_against_stages(CaseOutcome& outcome, const std::vector<Stage>& stages);

/// One execution of a case that is no claim about this execution alone (a witness of a search): it
/// differs where it has findings and none that the case expects, and never is the case's verdict.
CaseOutcome compare_witness(const Case& the_case, const sim::Execution& execution);

/// The search that the case asks for. Under a bound on preemptions never means never within it.
CaseOutcome compare(const Case& the_case, const sim::SearchResult& result);

/// A search that samples, or was ended early, where the case speaks of something else: it matches
/// where it saw an expected finding, or saw nothing and none is expected. One that gave up and saw
/// nothing says nothing.
CaseOutcome compare_sample(const Case& the_case, const sim::SearchResult& result);

/// The sentence about the search as a whole, in litmus words, for each name that the case expects
/// or for any finding.
std::vector<std::string> verdict_sentences(const Case& the_case, const sim::SearchResult& result);

}  // namespace scenario

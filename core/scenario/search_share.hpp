/// Parts of a search, and what they found. A search is divided into units that do not depend on who
/// runs them: ranges of executions of a seed, or parts of the tree of all executions
/// (sim/explore/search_unit.hpp). What units found is added up in any order, with the same sum.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "core/scenario/scenario.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/explore/search_unit.hpp"

namespace scenario {

/// The first units are numbered; what a unit leaves over is numbered below it.
using UnitId = std::vector<std::uint32_t>;

struct Unit {
  UnitId id;
  std::uint64_t first = 0;  ///< executions [first, first + runs), of strategies that sample
  std::uint64_t runs = 0;
  sim::SearchUnit tree;  ///< of the exhaustive search

  friend bool operator==(const Unit&, const Unit&) = default;
};

/// Can the search be divided at all? Otherwise it is run in one piece.
bool divisible(const Search& how);

/// What the whole search begins with, the last first.
std::vector<Unit> first_units(const Search& how);

/// The execution that is shown for a kind of finding: with the fewest switches between tasks, then
/// the fewest steps, then the least text of its schedule.
struct Witness {
  sim::FindingKind kind;
  std::string name;
  std::uint32_t switches;
  std::uint32_t steps;
  std::string schedule;

  friend auto operator<=>(const Witness&, const Witness&) = default;
};

struct SearchShare {
  sim::SearchResult result;
  std::vector<UnitId> seen_in;     ///< the unit of each of `result.findings`
  std::vector<Witness> witnesses;  ///< ordered, one for each kind and name of finding

  /// Findings come in the order of units, then of their runs: whoever adds in whatever order gets
  /// the same.
  void add(const SearchShare& other);
  /// Keeps the lesser one of its kind and name.
  void add(const Witness& witness);
};

/// What came of one unit.
struct UnitOutcome {
  SearchShare share;
  std::vector<Unit> rest;  ///< what it leaves to others
  bool ended = true;       ///< false: it was interrupted; nothing of it counts
  std::string gave_up;     ///< why it did, at its limit of memory: nothing of it counts, likewise
};

/// Units that gave up. The search goes on without them and does not come to its end; whoever takes
/// it up again runs them anew. Which units give up depends on the search and its limit alone.
struct GivenUp {
  std::string why;  ///< as one of them says; empty: there are none
  std::vector<Unit> units;
  SearchShare seen;  ///< by all of them until then

  void add(const Unit& unit, const UnitOutcome& outcome);
  void add(const GivenUp& other);
  /// Why the search has not come to its end; empty: there are none.
  std::string sentence() const;
};

}  // namespace scenario

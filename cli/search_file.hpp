/// What was found so far by a search, and what is left to be done: the file from which it is taken
/// up again, and the result of a shard. Lines of JSON; the last one is a digest of all before it,
/// so that a cut, edited or foreign file is refused. It finds damage and hands, not somebody who
/// computes it anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/scenario/search_share.hpp"

namespace cli {

struct SearchAbout {
  std::string program;   ///< version and digest of the program: another one may count otherwise
  std::string scenario;  ///< the file, as a trace names it
  std::string case_name;
  std::string digest;  ///< of what the scenario means
  std::string kernel;  ///< the variants of fixes, in words
  std::string strategy;
  std::uint64_t seed = 0;  ///< of strategies that sample, likewise `runs`
  std::uint64_t runs = 0;
  std::pair<std::uint32_t, std::uint32_t> shard{1, 1};  ///< which of how many
  /// Limit of each unit when the search was dealt to shards: one that gives up leaves no units
  /// over, so shards are of one whole only under the same limit.
  std::size_t most_bytes = 0;

  friend bool operator==(const SearchAbout&, const SearchAbout&) = default;
};

struct SearchState {
  SearchAbout about;
  scenario::SearchShare share;
  std::vector<scenario::Unit> left;  ///< the last one comes next
  scenario::GivenUp given_up;
};

SearchAbout about_search(const scenario::Scenario& scenario, const scenario::Case& the_case,
                         const std::string& kernel, const scenario::Search& how);

/// Whole or not at all. Throws CommandError (output).
void write_search_file(const SearchState& state, const std::string& path);

/// Throws scenario::InputError.
SearchState read_search_file(const std::string& path);

/// What makes `found` another search than `wanted`: "its seed is 3, not 7"; empty: nothing. The
/// shard's number does not count.
std::string other_search(const SearchAbout& found, const SearchAbout& wanted);

}  // namespace cli

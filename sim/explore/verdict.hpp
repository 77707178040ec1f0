/// What a search allows to say about a finding, in litmus words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/explore/explorer.hpp"

namespace sim {

enum class Verdict : std::uint8_t {
  never,         ///< complete search: no execution shows it
  never_within,  ///< likewise, of executions with no more preemptions than the search's bound
  sometimes,     ///< complete search: some do, some do not; under a bound: some do
  always,        ///< complete search: all do
  seen,          ///< some do; the search is not complete (or all do, beside a data race)
  unseen,        ///< none of those that were sampled does
  vacuous,  ///< complete search, none does, but no other task ever entered the window that matters
  incomplete,  ///< none does, and the search may not say never: cut, a bound, or a data race
};

std::string_view word(Verdict verdict);

struct Judgement {
  Verdict verdict;
  std::uint64_t executions;  ///< that show it
  std::string sentence;      ///< what a reader may rely on, with the counts; ends without a stop
};

/// Does `finding` go by that name: its kind's word, its name, or a part of its text?
bool goes_by(const Finding& finding, std::string_view name);

/// About findings that go by `name`; empty: any finding that is wrong in itself. Lock orders count
/// among those unless the search is complete and met no deadlock: then they are gated.
Judgement judge(const SearchResult& result, std::string_view name = {});

}  // namespace sim

/// The strategies of a search by the words that users write, and the engine's searches behind them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/scenario/scenario.hpp"
#include "sim/execution.hpp"
#include "sim/explore/search.hpp"
#include "sim/model.hpp"

namespace scenario {

/// Empty for `none`.
std::string_view strategy_word(Search::Strategy strategy);

/// `none` for a word that names no strategy.
Search::Strategy strategy_named(std::string_view word);

/// All words, for messages.
std::vector<std::string_view> strategy_words();

/// Does it draw executions from a seed? Otherwise it runs through all of them.
bool samples(Search::Strategy strategy);

/// The search from its execution `first` on (of strategies that sample). Runs `model` a few times
/// where the strategy has to know how long its executions are. One that remembers what it has seen
/// gives up beyond `most_bytes`.
std::unique_ptr<sim::Search> make_search(const Search& how, std::uint64_t first,
                                         std::size_t most_bytes, sim::Execution& execution,
                                         sim::Model& model);

}  // namespace scenario

#include "core/scenario/search_strategies.hpp"

#include <algorithm>

#include "sim/assert.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "sim/explore/preemption_bounded.hpp"
#include "sim/strategies/depth_first.hpp"
#include "sim/strategies/pct.hpp"
#include "sim/strategies/portfolio.hpp"
#include "sim/strategies/pos.hpp"
#include "sim/strategies/random_walk.hpp"
#include "sim/strategies/surw.hpp"
#include "sim/strategies/urw.hpp"

namespace scenario {
namespace {

using Strategy = Search::Strategy;

struct Row {
  Strategy strategy;
  std::string_view word;
  bool samples;
};

constexpr Row kRows[] = {
    {Strategy::exhaustive, "exhaustive", false},
    {Strategy::dfs, "dfs", false},
    {Strategy::random, "random", true},
    {Strategy::pct, "pct", true},
    {Strategy::pos, "pos", true},
    {Strategy::urw, "urw", true},
    {Strategy::surw, "surw", true},
    {Strategy::portfolio, "portfolio", true},
};

}  // namespace

std::string_view strategy_word(Strategy strategy) {
  for (const Row& row : kRows)
    if (row.strategy == strategy) return row.word;
  return {};
}

Strategy strategy_named(std::string_view word) {
  for (const Row& row : kRows)
    if (row.word == word) return row.strategy;
  return Strategy::none;
}

std::vector<std::string_view> strategy_words() {
  std::vector<std::string_view> words;
  for (const Row& row : kRows) words.push_back(row.word);
  return words;
}

bool samples(Strategy strategy) {
  for (const Row& row : kRows)
    if (row.strategy == strategy) return row.samples;
  return false;
}

std::unique_ptr<sim::Search> make_search(const Search& how, std::uint64_t first,
                                         std::size_t most_bytes, sim::Execution& execution,
                                         sim::Model& model) {
  const sim::SampleRange range{how.seed, first, how.runs};
  const auto profile = [&] { return sim::profile(execution, model); };
  switch (how.strategy) {
    case Strategy::exhaustive:
      if (how.preemptions)
        return std::make_unique<sim::PreemptionBounded>(
            static_cast<std::uint32_t>(std::min<std::uint64_t>(*how.preemptions, 0xffffffffU)),
            most_bytes);
      return std::make_unique<sim::OptimalDpor>(sim::SearchUnit{}, most_bytes);
    case Strategy::dfs: return std::make_unique<sim::DepthFirst>();
    case Strategy::random: return std::make_unique<sim::RandomWalk>(range);
    case Strategy::pct:
      return std::make_unique<sim::Pct>(range, sim::Pct::Depths{}, profile().steps);
    case Strategy::pos: return std::make_unique<sim::Pos>(range);
    case Strategy::urw: return std::make_unique<sim::Urw>(range, profile());
    case Strategy::surw: return std::make_unique<sim::Surw>(range, profile());
    case Strategy::portfolio: return std::make_unique<sim::Portfolio>(range, profile().steps);
    case Strategy::none: break;
  }
  FSW_ASSERT(false, "only a case with a search is searched");
  return nullptr;
}

}  // namespace scenario

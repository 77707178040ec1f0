#include "cli/divided_search.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "cli/errors.hpp"
#include "cli/interrupt.hpp"
#include "cli/run_report.hpp"
#include "cli/search_text.hpp"
#include "core/scenario/search_strategies.hpp"

namespace cli {
namespace {

using scenario::Unit;
using scenario::UnitOutcome;

constexpr auto kBetweenCheckpoints = std::chrono::seconds(1);
/// Units of the tree that there are for each shard before they are dealt.
constexpr std::size_t kUnitsForShard = 16;

std::string name_of(const Unit& unit) {
  if (unit.runs != 0)
    return fmt::format("executions {} to {}", unit.first, unit.first + unit.runs - 1);
  return fmt::format("unit {}", fmt::join(unit.id, "."));
}

}  // namespace

scenario::SearchOutcome outcome_of(scenario::SearchShare share, const scenario::GivenUp& given_up,
                                   bool exhausted) {
  share.add(given_up.seen);
  scenario::SearchOutcome outcome{share.result, groups_of(share)};
  outcome.result.gave_up = given_up.sentence();
  outcome.result.exhausted = exhausted && given_up.units.empty();
  return outcome;
}

DividedSearch::DividedSearch(scenario::CaseRunner& runner, const scenario::Search& how,
                             SearchState& state, const DividedOptions& options)
    : runner_(runner), how_(how), state_(state), options_(options) {
  const scenario::GivenUp before = std::exchange(state_.given_up, {});
  state_.left.insert(state_.left.end(), before.units.begin(), before.units.end());
}

UnitOutcome DividedSearch::run_unit(const Unit& unit, const GoOn& go_on) {
  scenario::SearchLimits limits;
  limits.most_bytes = options_.most_bytes;
  limits.progress = go_on;
  if (scenario::samples(how_.strategy))
    limits.before_run = [&](std::uint64_t number) {
      announce(fmt::format("{} --execution {}", options_.command, number));
    };
  return runner_.run_unit(how_, unit, limits);
}

UnitOutcome DividedSearch::run_here(const Unit& unit) {
  const sim::SearchResult& before = state_.share.result;
  return run_unit(unit, [&](const sim::SearchResult& result) {
    return options_.progress(before.runs() + result.runs(),
                             std::max(before.findings.size(), result.findings.size()));
  });
}

void DividedSearch::take(const Unit& unit, UnitOutcome outcome) {
  if (!outcome.ended) {
    interrupted_.add(outcome.share);
    state_.left.push_back(unit);
    stopped_ = true;
    return;
  }
  if (!outcome.gave_up.empty()) {
    state_.given_up.add(unit, outcome);
    return;
  }
  state_.share.add(outcome.share);
  std::move(outcome.rest.begin(), outcome.rest.end(), std::back_inserter(state_.left));
}

bool DividedSearch::go_on() const {
  return !stopped_ &&
         options_.progress(state_.share.result.runs(), state_.share.result.findings.size());
}

void DividedSearch::start_workers() {
  pool_.emplace(options_.jobs, [this](const std::string& line) {
    return to_line(
        run_unit(unit_of_line(line), [](const sim::SearchResult&) { return !interruption(); }));
  });
  given_.resize(pool_->size());
}

/// The latest units first: what is left stays few, as deep first search has it.
void DividedSearch::feed_workers() {
  while (!state_.left.empty()) {
    const auto worker = pool_->idle();
    if (!worker) return;
    given_[*worker] = std::move(state_.left.back());
    state_.left.pop_back();
    pool_->give(*worker, to_line(given_[*worker]));
  }
}

void DividedSearch::hear_workers() {
  for (const std::size_t worker : pool_->wait()) {
    const auto answer = pool_->answer(worker);
    if (!answer)
      throw CommandError(
          ExitCode::bug,
          fmt::format("a bug of fsweave itself: a worker {} while it ran {} of: {}",
                      pool_->end_of(worker), name_of(given_[worker]), options_.command));
    take(given_[worker], outcome_of_line(*answer));
  }
}

void DividedSearch::stop_workers() {
  pool_->interrupt();
  while (pool_->busy()) hear_workers();
  pool_.reset();
}

/// What is given to workers is left to be done, too.
void DividedSearch::write_checkpoint() {
  if (options_.checkpoint.empty()) return;
  SearchState whole = state_;
  for (std::size_t i = 0; pool_ && i < pool_->size(); ++i)
    if (pool_->is_busy(i)) whole.left.push_back(given_[i]);
  write_search_file(whole, options_.checkpoint);
  next_checkpoint_ = Clock::now() + kBetweenCheckpoints;
}

scenario::SearchOutcome DividedSearch::run() {
  while (go_on() && (!state_.left.empty() || (pool_ && pool_->busy()))) {
    if (!pool_ && options_.jobs > 1 && state_.left.size() > 1) start_workers();
    if (pool_) {
      feed_workers();
      hear_workers();
    } else {
      const Unit unit = std::move(state_.left.back());
      state_.left.pop_back();
      take(unit, run_here(unit));
    }
    if (Clock::now() >= next_checkpoint_) write_checkpoint();
  }
  if (pool_) stop_workers();
  write_checkpoint();
  scenario::SearchShare seen = state_.share;
  seen.add(interrupted_);
  return outcome_of(std::move(seen), state_.given_up, state_.left.empty());
}

void DividedSearch::take_shard() {
  const auto [index, count] = state_.about.shard;
  // Breadth first, so that units are of one size as far as can be told.
  std::deque<Unit> units(std::make_move_iterator(state_.left.begin()),
                         std::make_move_iterator(state_.left.end()));
  state_.left.clear();
  while (!scenario::samples(how_.strategy) && !units.empty() &&
         units.size() < count * kUnitsForShard) {
    const Unit unit = std::move(units.front());
    units.pop_front();
    UnitOutcome outcome = run_here(unit);
    if (!outcome.ended) throw CommandError(interruption().value_or(ExitCode::bug), "interrupted");
    std::move(outcome.rest.begin(), outcome.rest.end(), std::back_inserter(units));
    outcome.rest.clear();
    if (index == 1) take(unit, std::move(outcome));
  }
  for (std::size_t i = index - 1; i < units.size(); i += count)
    state_.left.push_back(std::move(units[i]));
}

}  // namespace cli

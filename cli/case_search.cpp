#include "cli/case_search.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "cli/errors.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cli/run_report.hpp"
#include "cli/search_report.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/search_strategies.hpp"

namespace cli {
namespace {

using scenario::InputError;

constexpr std::uint32_t kMostShards = 10'000;

std::size_t most_bytes(const CaseSearch& search) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::size_t>::max() >> 20;
  if (!search.memory) return scenario::SearchLimits{}.most_bytes;
  return std::min(*search.memory, kMost) << 20;
}

scenario::SearchOutcome search_in_one_piece(scenario::CaseRunner& runner, const CaseSearch& search,
                                            Progress& progress) {
  scenario::SearchLimits limits;
  limits.max_runs = search.most_runs.value_or(0);
  limits.most_bytes = most_bytes(search);
  limits.progress = [&](const sim::SearchResult& result) {
    if (!search.quiet) progress.update(result.runs(), result.findings.size());
    return !interruption();
  };
  return runner.search(search.how, limits);
}

/// An exhaustive search without bound runs every trace once: how many there are says how long it
/// takes. What is a shard's part is not known.
Progress::Estimate estimate_of(const scenario::CaseRunner& runner, const CaseSearch& search,
                               const Shard& shard) {
  const bool every_trace =
      search.how.strategy == scenario::Search::Strategy::exhaustive && !search.how.preemptions;
  if (!every_trace || shard.of > 1) return {};
  return [&runner] { return runner.estimate(); };
}

/// The state in the checkpoint if there is one to go on with.
bool take_up(SearchState& state, const DivisionOptions& division) {
  std::error_code error;
  const bool there =
      !division.checkpoint.empty() && std::filesystem::exists(division.checkpoint, error);
  if (!there) return false;
  SearchState found = read_search_file(division.checkpoint);
  if (!division.resume)
    throw InputError(division.checkpoint, {}, "is there already",
                     "--resume goes on with the search in it");
  state.about.most_bytes = found.about.most_bytes;  // there may be more memory now
  std::string difference = other_search(found.about, state.about);
  if (difference.empty() && found.about.shard != state.about.shard)
    difference = fmt::format("it is shard {}", found.about.shard.first);
  if (!difference.empty())
    throw InputError(division.checkpoint, {}, "is of another search: " + difference);
  state = std::move(found);
  return true;
}

}  // namespace

Shard shard_of(const std::string& text) {
  if (text.empty()) return {};
  Shard shard;
  const char* const end = text.data() + text.size();
  const auto [slash, error] = std::from_chars(text.data(), end, shard.number);
  bool good = error == std::errc{} && slash != end && *slash == '/';
  if (good) {
    const auto [rest, other_error] = std::from_chars(slash + 1, end, shard.of);
    good = other_error == std::errc{} && rest == end && 1 <= shard.number &&
           shard.number <= shard.of && shard.of <= kMostShards;
  }
  if (!good)
    throw UsageError(fmt::format(
        "--shard takes I/N, part I of N parts, from 1/N to N/N with N up to {}, not '{}'",
        kMostShards, scenario::printable(text)));
  return shard;
}

scenario::SearchOutcome search_case(scenario::CaseRunner& runner, const CaseSearch& search) {
  const DivisionOptions& division = search.division;
  announce(search.command);
  const Shard shard = shard_of(division.shard);
  const bool sampled = scenario::samples(search.how.strategy);
  Progress progress(runner.the_case().name,
                    sampled ? search.how.runs / shard.of : search.most_runs.value_or(0),
                    estimate_of(runner, search, shard));
  if (search.most_runs || !scenario::divisible(search.how)) {
    if (!division.checkpoint.empty() || !division.shard.empty())
      throw UsageError(
          "--checkpoint and --shard go with strategies that sample, and with an exhaustive search "
          "without limit or bound");
    return search_in_one_piece(runner, search, progress);
  }
  SearchState state;
  state.left = scenario::first_units(search.how);
  if (!division.checkpoint.empty())
    state.about =
        about_search(runner.scenario(), runner.the_case(), runner.plan().fixes_text, search.how);
  state.about.shard = {shard.number, shard.of};
  state.about.most_bytes = most_bytes(search);
  DividedOptions options;
  options.jobs = division.jobs == 0 ? processors() : division.jobs;
  options.most_bytes = most_bytes(search);
  options.command = search.command;
  options.checkpoint = division.checkpoint;
  options.progress = [&](std::uint64_t runs, std::size_t findings) {
    if (!search.quiet) progress.update(runs, findings);
    return !interruption();
  };
  const bool taken_up = take_up(state, division);
  DividedSearch divided(runner, search.how, state, options);
  if (!taken_up && shard.of > 1) divided.take_shard();
  return divided.run();
}

scenario::CaseOutcome judge_search(const scenario::Case& the_case, const scenario::Search& how,
                                   bool limited, const sim::SearchResult& result) {
  const scenario::Search& own = the_case.search;
  const bool same_draw =
      !scenario::samples(how.strategy) || (how.seed == own.seed && how.runs == own.runs);
  const bool is_own =
      how.strategy == own.strategy && how.preemptions == own.preemptions && same_draw && !limited;
  return is_own ? scenario::compare(the_case, result) : compare_other_search(the_case, result);
}

}  // namespace cli

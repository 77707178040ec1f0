// RangeMap against an array of values.
#include "core/lib/range_map.hpp"

#include <rapidcheck.h>

#include <array>
#include <memory_resource>
#include <optional>

#include <doctest/doctest.h>

namespace {

struct Place {
  std::uint64_t at;
  bool moves;  ///< the value counts on with the position

  Place advanced(std::uint64_t by) const { return {moves ? at + by : at, moves}; }
  friend bool operator==(const Place&, const Place&) = default;
};

constexpr std::uint64_t kUnits = 24;
using Naive = std::array<std::optional<Place>, kUnits>;

/// The run of `naive` around `at`, found by looking at each neighbour.
std::pair<std::uint64_t, std::uint64_t> run_around(const Naive& naive, std::uint64_t at) {
  const auto continues = [&](std::uint64_t left) {
    return naive[left] && naive[left + 1] && naive[left]->advanced(1) == *naive[left + 1];
  };
  std::uint64_t start = at;
  while (start > 0 && continues(start - 1)) --start;
  std::uint64_t end = at + 1;
  while (end < kUnits && continues(end - 1)) ++end;
  return {start, end};
}

}  // namespace

TEST_CASE("A range map answers as an array of its values does") {
  const bool agrees = rc::check([] {
    std::pmr::monotonic_buffer_resource memory;
    kernel::RangeMap<Place> map(&memory);
    Naive naive;
    const int changes = *rc::gen::inRange(1, 20);
    for (int i = 0; i < changes; ++i) {
      const auto start = *rc::gen::inRange<std::uint64_t>(0, kUnits);
      const auto end = *rc::gen::inRange<std::uint64_t>(start + 1, kUnits + 1);
      if (*rc::gen::inRange(0, 3) == 0) {
        map.cut(start, end);
        for (auto at = start; at < end; ++at) naive[at].reset();
        continue;
      }
      const Place value{*rc::gen::inRange<std::uint64_t>(0, 6), *rc::gen::arbitrary<bool>()};
      map.put(start, end, value);
      for (auto at = start; at < end; ++at) naive[at] = value.advanced(at - start);
    }
    for (std::uint64_t at = 0; at < kUnits; ++at) {
      const auto run = map.find(at);
      RC_ASSERT(run.has_value() == naive[at].has_value());
      if (!run) continue;
      RC_ASSERT(run->value.advanced(at - run->start) == *naive[at]);
      RC_ASSERT(std::pair(run->start, run->end) == run_around(naive, at));
    }
    const auto from = *rc::gen::inRange<std::uint64_t>(0, kUnits);
    const auto to = *rc::gen::inRange<std::uint64_t>(0, kUnits);
    Naive visited;
    map.for_each(from, to, [&](const auto& run) {
      for (auto at = run.start; at < run.end; ++at)
        visited[at] = run.value.advanced(at - run.start);
    });
    for (std::uint64_t at = 0; at < kUnits; ++at)
      RC_ASSERT(visited[at] == (at >= from && at < to ? naive[at] : std::nullopt));
  });
  CHECK(agrees);
}

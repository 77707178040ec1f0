#include "sim/random.hpp"

#include <array>

#include <doctest/doctest.h>

TEST_CASE("splitmix64 gives the published values of seed 1234567") {
  // Rosetta Code, "Pseudo-random numbers/Splitmix64".
  std::uint64_t state = 1234567;
  CHECK(sim::splitmix64(state) == 6457827717110365317U);
  CHECK(sim::splitmix64(state) == 3203168211198807973U);
  CHECK(sim::splitmix64(state) == 9817491932198370423U);
  CHECK(sim::splitmix64(state) == 4593380528125082431U);
  CHECK(sim::splitmix64(state) == 16408922859458223821U);
}

TEST_CASE("Bounded draws stay below the bound and favour no value") {
  sim::Random random(42);
  std::array<int, 7> seen{};
  constexpr int kDraws = 70'000;
  for (int i = 0; i < kDraws; ++i) ++seen.at(random.below(7));
  // Binomial with p = 1/7: sigma is 92.6; five of them either way.
  for (const int count : seen) {
    CHECK(count > 10'000 - 463);
    CHECK(count < 10'000 + 463);
  }
  for (int i = 0; i < 100; ++i) CHECK(random.below(1) == 0);
}

TEST_CASE("Bounded draws reject what would favour small values") {
  // With n = 3 * 2^30 a draw without rejection takes every third value twice as often.
  sim::Random random(1);
  constexpr std::uint32_t kBound = 3U << 30;
  int thirds[3] = {};
  for (int i = 0; i < 30'000; ++i) ++thirds[random.below(kBound) % 3];
  for (const int count : thirds) {
    CHECK(count > 10'000 - 410);
    CHECK(count < 10'000 + 410);
  }
}

TEST_CASE("An execution's generator depends on its seed and its number alone") {
  sim::Random first(5, 17);
  sim::Random again(5, 17);
  sim::Random next(5, 18);
  sim::Random other(6, 17);
  const std::uint64_t value = first.next();
  CHECK(value == again.next());
  CHECK(value != next.next());
  CHECK(value != other.next());
}

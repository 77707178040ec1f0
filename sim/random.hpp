/// Our own generator and our own bounded draw: standard distributions differ between standard
/// libraries. SplitMix64 (Steele, Lea, Flood 2014) seeds xoshiro256** (Blackman, Vigna 2018).
#pragma once

#include <cstdint>
#include <utility>

namespace sim {

/// A permutation in which each bit of the result depends on all bits of `z`.
constexpr std::uint64_t scrambled(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

constexpr std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  return scrambled(state);
}

class Random {
 public:
  /// Execution `number` of seed `seed`: each can be drawn again alone.
  explicit constexpr Random(std::uint64_t seed, std::uint64_t number = 0) {
    std::uint64_t mixed = seed;
    std::uint64_t state = splitmix64(mixed) ^ (number * 0xd1342543de82ef95U);
    for (std::uint64_t& word : s_) word = splitmix64(state);
    next_ = drawn();
  }

  constexpr std::uint64_t next() { return std::exchange(next_, drawn()); }

  /// Uniform in [0, n); n > 0. Lemire's multiply-shift with rejection, so that no value is
  /// favoured.
  constexpr std::uint32_t below(std::uint32_t n) {
    const std::uint64_t product = (next() >> 32) * n;
    if (static_cast<std::uint32_t>(product) < n) [[unlikely]]
      return settled(product, n);
    return static_cast<std::uint32_t>(product >> 32);
  }

 private:
  constexpr std::uint64_t drawn() {
    const std::uint64_t result = rotate(s_[1] * 5, 7) * 9;
    const std::uint64_t t = s_[1] << 17;
    s_[2] ^= s_[0];
    s_[3] ^= s_[1];
    s_[1] ^= s_[2];
    s_[0] ^= s_[3];
    s_[2] ^= t;
    s_[3] = rotate(s_[3], 45);
    return result;
  }

  [[gnu::noinline]] constexpr std::uint32_t settled(std::uint64_t product, std::uint32_t n) {
    const std::uint32_t threshold = (0U - n) % n;
    while (static_cast<std::uint32_t>(product) < threshold) product = (next() >> 32) * n;
    return static_cast<std::uint32_t>(product >> 32);
  }
  static constexpr std::uint64_t rotate(std::uint64_t x, int k) {
    return (x << k) | (x >> (64 - k));
  }
  std::uint64_t s_[4]{};
  std::uint64_t next_ = 0;  ///< drawn beforehand: who draws need not wait for it
};

}  // namespace sim

#include "sim/arena.hpp"

#include <cstdint>
#include <string>

#include <doctest/doctest.h>

TEST_CASE("An arena aligns, keeps what it copied, and starts over at the same place") {
  sim::Arena arena;
  const char* text = arena.copy("abc", 2);
  CHECK(std::string(text) == "ab");
  struct alignas(64) Wide {
    char bytes[64];
  };
  const Wide& wide = arena.make<Wide>();
  CHECK(reinterpret_cast<std::uintptr_t>(&wide) % 64 == 0);
  CHECK(std::string(text) == "ab");
  arena.reset();
  CHECK(arena.copy("xyz", 3) == text);
}

TEST_CASE("An arena grows by chunks and uses them again") {
  sim::Arena arena;
  for (int i = 0; i < 10; ++i) static_cast<void>(arena.allocate(100'000, 8));
  const std::size_t reserved = arena.bytes_reserved();
  CHECK(reserved >= 1'000'000);
  arena.reset();
  for (int i = 0; i < 10; ++i) static_cast<void>(arena.allocate(100'000, 8));
  CHECK(arena.bytes_reserved() == reserved);
}

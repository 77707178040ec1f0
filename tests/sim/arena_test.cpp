#include "sim/arena.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
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

TEST_CASE("An arena holds what is larger than a chunk, and finds every place again") {
  constexpr std::size_t kBytes[] = {100'000, 3'000'000, 10, 200'000, 200'000, 700'001, 64};
  sim::Arena arena;
  std::size_t reserved = 0;
  for (int execution = 0; execution < 3; ++execution) {
    std::size_t before = 0;
    for (const std::size_t bytes : kBytes) {
      auto* memory = static_cast<std::byte*>(arena.allocate(bytes, 16));
      std::memset(memory, execution, bytes);
      const std::size_t begin = arena.offset_of(memory).value();
      CHECK(begin >= before);
      CHECK(arena.position() == begin + bytes);
      CHECK(arena.offset_of(memory + bytes - 1) == begin + bytes - 1);
      CHECK(arena.at(begin) == memory);
      CHECK(arena.at(begin + bytes - 1) == memory + bytes - 1);
      before = begin + bytes;
    }
    if (execution > 0) CHECK(arena.bytes_reserved() == reserved);
    reserved = arena.bytes_reserved();
    arena.reset();
  }
  CHECK_FALSE(arena.offset_of(&reserved));
}

TEST_CASE("A chunk of an earlier execution that is too small gives way") {
  sim::Arena arena;
  for (int i = 0; i < 10; ++i) static_cast<void>(arena.allocate(200'000, 8));
  arena.reset();
  static_cast<void>(arena.allocate(200'000, 8));
  auto* large = static_cast<std::byte*>(arena.allocate(5'000'000, 8));
  std::memset(large, 1, 5'000'000);
  CHECK(arena.at(arena.offset_of(large).value()) == large);
  static_cast<void>(arena.allocate(200'000, 8));
  CHECK(arena.bytes_reserved() >= 5'400'000);
}

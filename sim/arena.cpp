#include "sim/arena.hpp"

#include <cstring>
#include <functional>

#include "sim/assert.hpp"

namespace sim {

void* Arena::do_allocate(std::size_t bytes, std::size_t alignment) {
  FSW_ASSERT(alignment <= kAlignment, "an alignment beyond what an arena offers");
  FSW_ASSERT(bytes <= kChunk, "one allocation larger than an arena chunk");
  return take(bytes, alignment);
}

void Arena::open_chunk(std::size_t number) {
  if (number == chunks_.size()) chunks_.push_back(std::make_unique_for_overwrite<Chunk>());
  chunk_ = number;
  bytes_ = chunks_[number]->bytes;
  used_ = 0;
}

std::optional<std::size_t> Arena::offset_of(const void* memory) const {
  const auto* byte = static_cast<const std::byte*>(memory);
  for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
    const std::byte* begin = chunks_[chunk]->bytes;
    if (std::less_equal<>{}(begin, byte) && std::less<>{}(byte, begin + kChunk))
      return chunk * kChunk + static_cast<std::size_t>(byte - begin);
  }
  return std::nullopt;
}

const char* Arena::copy(const char* text, std::size_t length) {
  auto* place = static_cast<char*>(allocate(length + 1, 1));
  std::memcpy(place, text, length);
  place[length] = '\0';
  return place;
}

}  // namespace sim

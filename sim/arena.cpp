#include "sim/arena.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>

#include "sim/assert.hpp"

namespace sim {

void* Arena::do_allocate(std::size_t bytes, std::size_t alignment) {
  FSW_ASSERT(alignment <= kAlignment, "an alignment beyond what an arena offers");
  return take(bytes, alignment);
}

void Arena::open_chunk(std::size_t number, std::size_t bytes) {
  constexpr std::size_t kChunk = std::size_t{256} << 10;  // most executions need no other
  if (number < chunks_.size() && chunks_[number].size < bytes) chunks_.resize(number);
  if (number == chunks_.size()) {
    const std::size_t lines = (std::max(bytes, kChunk) + kAlignment - 1) / kAlignment;
    chunks_.push_back({std::make_unique_for_overwrite<Line[]>(lines),
                       chunks_.empty() ? 0 : bytes_reserved(), lines * kAlignment});
  }
  chunk_ = number;
  bytes_ = chunks_[number].bytes();
  size_ = chunks_[number].size;
  used_ = 0;
}

const std::byte* Arena::at(std::size_t offset) const {
  const auto next =
      std::upper_bound(chunks_.begin(), chunks_.end(), offset,
                       [](std::size_t wanted, const Chunk& chunk) { return wanted < chunk.begin; });
  const Chunk& chunk = *std::prev(next);
  return chunk.bytes() + (offset - chunk.begin);
}

std::optional<std::size_t> Arena::offset_of(const void* memory) const {
  const auto* byte = static_cast<const std::byte*>(memory);
  for (const Chunk& chunk : chunks_)
    if (std::less_equal<>{}(chunk.bytes(), byte) && std::less<>{}(byte, chunk.bytes() + chunk.size))
      return chunk.begin + static_cast<std::size_t>(byte - chunk.bytes());
  return std::nullopt;
}

const char* Arena::copy(const char* text, std::size_t length) {
  auto* place = static_cast<char*>(allocate(length + 1, 1));
  std::memcpy(place, text, length);
  place[length] = '\0';
  return place;
}

}  // namespace sim

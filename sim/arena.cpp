#include "sim/arena.hpp"

#include <cstring>

#include "sim/assert.hpp"

namespace sim {

void* Arena::do_allocate(std::size_t bytes, std::size_t alignment) {
  FSW_ASSERT(alignment <= kAlignment, "an alignment beyond what an arena offers");
  FSW_ASSERT(bytes <= kChunk, "one allocation larger than an arena chunk");
  while (true) {
    if (chunk_ == chunks_.size()) chunks_.push_back(std::make_unique_for_overwrite<Chunk>());
    const std::size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (start + bytes <= kChunk) {
      used_ = start + bytes;
      return chunks_[chunk_]->bytes + start;
    }
    ++chunk_;
    used_ = 0;
  }
}

const char* Arena::copy(const char* text, std::size_t length) {
  auto* place = static_cast<char*>(allocate(length + 1, 1));
  std::memcpy(place, text, length);
  place[length] = '\0';
  return place;
}

}  // namespace sim

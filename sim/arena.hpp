/// The memory of one execution: a bump allocator that is reset, never freed piece by piece.
/// Everything that a model builds lives here, so that an execution costs no global allocation and
/// abandoned fibers leak nothing: no destructor of what stands in the arena is ever run.
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace sim {

class Arena : public std::pmr::memory_resource {
 public:
  Arena() { reset(); }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// Forgets all allocations; keeps the chunks, so a second execution of the same size allocates
  /// nothing.
  void reset() { open_chunk(0, 0); }

  /// Up to where it is used.
  struct Mark {
    std::size_t chunk = 0;
    std::size_t used = 0;  ///< bytes of that chunk
  };
  Mark mark() const { return {chunk_, used_}; }
  /// Forgets all allocations since. Nothing was reset meanwhile.
  void go_back_to(const Mark& mark) {
    open_chunk(mark.chunk, 0);
    used_ = mark.used;
  }
  /// Calls `f(memory, bytes)` for all that is used, chunk by chunk.
  template <class F>
  void for_each_chunk(F f) {
    for (std::size_t i = 0; i < chunk_; ++i) f(chunks_[i].bytes(), chunks_[i].size);
    f(chunks_[chunk_].bytes(), used_);
  }

  template <class T, class... Args>
  T& make(Args&&... args) {
    static_assert(alignof(T) <= kAlignment);
    return *new (take(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
  }

  /// A copy of `text` that lives until the next reset.
  const char* copy(const char* text, std::size_t length);

  // Places in the arena as numbers, for who compares memory: chunk after chunk.

  static constexpr std::size_t kAlignment = 64;  ///< of a chunk, and the greatest that is offered

  /// Everything allocated lies before it.
  std::size_t position() const { return chunks_[chunk_].begin + used_; }
  /// The bytes from `offset` on, as far as its chunk goes: up to the next multiple of kAlignment at
  /// least.
  const std::byte* at(std::size_t offset) const;
  /// None for memory that is not of this arena.
  std::optional<std::size_t> offset_of(const void* memory) const;

  std::size_t bytes_reserved() const { return chunks_.back().begin + chunks_.back().size; }

 private:
  struct alignas(kAlignment) Line {
    std::byte bytes[kAlignment];
  };
  struct Chunk {
    std::unique_ptr<Line[]> lines;
    std::size_t begin;  ///< its first byte as a number
    std::size_t size;   ///< bytes

    std::byte* bytes() const { return lines[0].bytes; }
  };

  void* take(std::size_t bytes, std::size_t alignment) {
    std::size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (start + bytes > size_) {
      open_chunk(chunk_ + 1, bytes);
      start = 0;
    }
    used_ = start + bytes;
    return bytes_ + start;
  }
  /// Allocations go on in chunk `number`, which has room for `bytes`.
  void open_chunk(std::size_t number, std::size_t bytes);

  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::vector<Chunk> chunks_;
  std::size_t chunk_ = 0;       ///< index of the chunk in use
  std::byte* bytes_ = nullptr;  ///< of that chunk
  std::size_t size_ = 0;        ///< of that chunk
  std::size_t used_ = 0;        ///< bytes used in it
};

}  // namespace sim

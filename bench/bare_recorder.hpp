/// The least that a step can leave behind: sixteen bytes in a buffer that is used again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bench {

class BareRecorder {
 public:
  void begin() { used_ = 0; }
  void add(std::uint64_t object, std::uint32_t task) {
    events_[used_++ % kCapacity] = {object, task, static_cast<std::uint32_t>(used_)};
  }
  /// So that nothing of it can be left out by a compiler that looks ahead.
  std::uint64_t latest() const { return events_[(used_ - 1) % kCapacity].object; }

 private:
  static constexpr std::size_t kCapacity = 64;
  struct Event {
    std::uint64_t object;
    std::uint32_t task;
    std::uint32_t number;
  };
  static_assert(sizeof(Event) == 16);

  std::array<Event, kCapacity> events_{};
  std::size_t used_ = 0;
};

}  // namespace bench

/// Sorts the events of a recording into lanes: within one the order is compared, between them it is
/// not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/conform/compare.hpp"
#include "cli/conform/recording.hpp"

namespace conform {

/// An event of a modelled tracepoint, with its place.
struct PlacedEvent {
  const Event* event = nullptr;
  const ModelledEvent* row = nullptr;
  std::size_t op =
      0;  ///< index of the operation in whose window it fired; ops.size() behind the last
};

enum class LaneKind { task, completion, worker };

/// The modelled events of a recording, sorted into lanes (see compare()). Refers to the recording.
class Lanes {
 public:
  explicit Lanes(const Recording& recording);

  const std::vector<PlacedEvent>& task(std::size_t op) const { return task_[op]; }
  const std::map<std::int64_t, std::vector<PlacedEvent>>& completions() const {
    return completions_;
  }
  const std::vector<PlacedEvent>& worker() const { return worker_; }
  const std::vector<PlacedEvent>& all() const { return all_; }

  LaneKind lane_of(const PlacedEvent& placed) const;

  /// The value of a field as it is compared: numbers in decimal, disk addresses relative to the
  /// first data allocation. Nothing where the event does not have it.
  std::optional<std::string> value(const PlacedEvent& placed, std::string_view field) const;

  /// `name field=value ...` with the compared fields only.
  std::string describe(const PlacedEvent& placed) const;

  std::size_t metadata_events() const { return metadata_events_; }
  std::size_t other_events() const { return other_events_; }

 private:
  void place(const Event& event, std::size_t op);
  const ModelledEvent* row_of(const Event& event);
  void note_allocation(const Event& event);

  const Recording& recording_;
  std::vector<PlacedEvent> all_;
  std::vector<std::vector<PlacedEvent>> task_;
  std::map<std::int64_t, std::vector<PlacedEvent>> completions_;
  std::vector<PlacedEvent> worker_;
  std::set<std::int64_t> data_extents_;
  std::optional<std::int64_t> first_allocation_;
  std::size_t metadata_events_ = 0;
  std::size_t other_events_ = 0;
};

/// The file offset that an ordered extent's event speaks of, in bytes; the first block of an ext4
/// event.
std::int64_t file_offset_of(const Event& event);

}  // namespace conform

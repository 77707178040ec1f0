#include "cli/conform/lanes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace conform {
namespace {

constexpr std::string_view kReserveExtent = "btrfs_reserve_extent";
constexpr std::string_view kAccountExtent = "btrfs_qgroup_account_extent";
constexpr std::string_view kEsLookUpEnter = "ext4_es_lookup_extent_enter";
constexpr std::string_view kEsLookUpExit = "ext4_es_lookup_extent_exit";

bool is_completion(std::string_view name) {
  return name == "btrfs_finish_ordered_extent" || name == "btrfs_ordered_extent_mark_finished" ||
         name == "btrfs_ordered_extent_remove";
}

/// Only these print a disk address under a name that elsewhere means a file offset.
bool is_disk_address(std::string_view event, std::string_view field) {
  return (event == kReserveExtent && field == "start") ||
         (event == kAccountExtent && field == "bytenr") ||
         (event.starts_with("btrfs_ordered_extent_") && field == "start");
}

}  // namespace

const std::vector<ModelledEvent>& modelled_events() {
  static const std::vector<ModelledEvent> rows = {
      {"btrfs_qgroup_reserve_data", "", "", {"start", "len", "reserved", "op"}},
      {"btrfs_qgroup_release_data", "", "", {"start", "len", "reserved", "op"}},
      {"btrfs_qgroup_update_reserve", "type", "DATA", {"cur_reserved", "diff"}},
      {"btrfs_ordered_extent_add", "", "", {"file_offset", "start", "len", "disk_len", "flags"}},
      {"btrfs_ordered_extent_mark_finished", "", "", {"file_offset", "start", "len", "flags"}},
      {"btrfs_ordered_extent_remove", "", "", {"file_offset", "start", "len", "flags"}},
      {"btrfs_finish_ordered_extent", "", "", {"start", "len", "uptodate"}},
      {kReserveExtent, "flags", "1(DATA)", {"start", "len"}},
      {"btrfs_space_reservation", "space_info", "1", {"reserve", "release"}},
      {"update_bytes_may_use", "type", "DATA", {"old", "diff"}},
      {"iomap_dio_rw_begin", "", "", {"size", "offset", "length", "done_before"}},
      {"iomap_dio_complete", "", "", {"size", "offset", "error", "ret"}},
      {kAccountExtent, "", "", {"bytenr", "num_bytes", "nr_old_roots", "nr_new_roots"}},
      {"btrfs_transaction_commit", "", "", {}},
      {"ext4_da_write_begin", "", "", {"pos"}},
      {"ext4_da_write_end", "", "", {"pos"}},
      {"ext4_da_reserve_space", "", "", {"reserved_data_blocks"}},
      {"ext4_da_update_reserve_space",
       "",
       "",
       {"used_blocks", "reserved_data_blocks", "quota_claim"}},
      {"ext4_da_release_space", "", "", {"freed_blocks", "reserved_data_blocks"}},
      {"ext4_da_write_pages_extent", "", "", {"lblk", "len"}},
      {kEsLookUpEnter, "", "", {"lblk"}},
      {kEsLookUpExit, "", "", {"found", "es", "status"}},
      {"ext4_es_insert_extent", "", "", {"es", "status"}},
      {"ext4_es_insert_delayed_extent", "", "", {"es", "status", "allocated"}},
      {"ext4_es_cache_extent", "", "", {"es", "status"}},
      {"ext4_es_remove_extent", "", "", {"es"}},
      {"ext4_ext_map_blocks_enter", "", "", {"lblk", "len"}},
      {"ext4_ext_map_blocks_exit", "", "", {"lblk", "len", "ret"}},
      {"ext4_ext_remove_space", "", "", {"since", "end"}},
      {"ext4_fallocate_enter", "", "", {"offset", "len"}},
      {"ext4_fallocate_exit", "", "", {"ret"}},
      {"ext4_punch_hole", "", "", {"offset", "len"}},
      {"ext4_zero_range", "", "", {"offset", "len"}},
      {"ext4_truncate_enter", "", "", {}},
      {"ext4_truncate_exit", "", "", {}},
      {"ext4_sync_file_enter", "", "", {}},
      {"ext4_sync_file_exit", "", "", {"ret"}},
  };
  return rows;
}

std::int64_t file_offset_of(const Event& event) {
  auto text = event.field("file_offset");
  if (!text) text = event.field("start");
  if (!text) text = event.field("lblk");
  if (!text && event.field("es")) {  // `[2/3)`
    text = event.field("es")->substr(1);
    text = text->substr(0, text->find('/'));
  }
  return parse_number(text.value_or("")).value_or(-1);
}

Lanes::Lanes(const Recording& recording) : recording_(recording), task_(recording.ops.size() + 1) {
  for (std::size_t op = 0; op < recording.ops.size(); ++op)
    for (const auto& event : recording.ops[op].events) place(event, op);
  for (const auto& event : recording.trailing) place(event, recording.ops.size());
}

const ModelledEvent* Lanes::row_of(const Event& event) {
  const auto& rows = modelled_events();
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.name == event.name; });
  if (row == rows.end()) {
    ++other_events_;
    return nullptr;
  }
  bool is_data = row->only_key.empty() || event.field(row->only_key) == row->only_value;
  if (row->name == kAccountExtent)
    is_data = data_extents_.contains(parse_number(event.field("bytenr").value_or("")).value_or(-1));
  if (is_data) return &*row;
  ++metadata_events_;
  return nullptr;
}

/// Accounted extents do not say what they hold; an allocation does.
void Lanes::note_allocation(const Event& event) {
  const auto start = parse_number(event.field("start").value_or(""));
  if (!start) return;
  data_extents_.insert(*start);
  if (!first_allocation_) first_allocation_ = start;
}

void Lanes::place(const Event& event, std::size_t op) {
  const auto* const row = row_of(event);
  if (row == nullptr) return;
  if (row->name == kReserveExtent) note_allocation(event);
  const PlacedEvent placed{&event, row, op};
  // What a worker finds cached depends on whose bio ended first.
  const bool looks_up = row->name == kEsLookUpEnter || row->name == kEsLookUpExit;
  if (looks_up && lane_of(placed) != LaneKind::task) {
    ++other_events_;
    return;
  }
  all_.push_back(placed);
  switch (lane_of(placed)) {
    case LaneKind::task: task_[op].push_back(placed); break;
    case LaneKind::completion: completions_[file_offset_of(event)].push_back(placed); break;
    case LaneKind::worker: worker_.push_back(placed); break;
  }
}

LaneKind Lanes::lane_of(const PlacedEvent& placed) const {
  if (is_completion(placed.event->name)) return LaneKind::completion;
  const auto& ops = recording_.ops;
  if (ops.empty()) return LaneKind::worker;
  const auto& operation = ops[std::min(placed.op, ops.size() - 1)];
  if (placed.event->task == operation.task) return LaneKind::task;
  return placed.event->name.starts_with("ext4_") ? LaneKind::completion : LaneKind::worker;
}

std::optional<std::string> Lanes::value(const PlacedEvent& placed, std::string_view field) const {
  const auto text = placed.event->field(field);
  if (!text) return std::nullopt;
  const auto number = parse_number(*text);
  if (!number) return std::string(*text);
  const bool relative = first_allocation_ && is_disk_address(placed.event->name, field);
  return fmt::format("{}", relative ? *number - *first_allocation_ : *number);
}

std::string Lanes::describe(const PlacedEvent& placed) const {
  std::string text(placed.row->name);
  for (const auto field : placed.row->fields)
    if (const auto shown = value(placed, field)) text += fmt::format(" {}={}", field, *shown);
  return text;
}

}  // namespace conform

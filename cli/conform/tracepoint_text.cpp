#include "cli/conform/tracepoint_text.hpp"

#include <fmt/format.h>

namespace conform {
namespace {

/// `... found 1 [2/3) 0 HR`
std::string name_looked_up(std::string_view fields) {
  const auto range = fields.find(" [");
  const auto close = fields.find(") ", range);
  if (range == std::string_view::npos || close == std::string_view::npos)
    return std::string(fields);
  auto rest = fields.substr(close + 2);
  const auto blank = std::min(rest.find(' '), rest.size());
  auto status = rest.substr(std::min(blank + 1, rest.size()));
  if (status.ends_with('R')) status.remove_suffix(1);
  return fmt::format("{} es{} mapped {} status {}", fields.substr(0, range),
                     fields.substr(range, close + 1 - range), rest.substr(0, blank), status);
}

/// `... reserve_blocks 1reserved_data_blocks 1`
std::string part_reserved(std::string_view fields) {
  std::string text(fields);
  const auto key = text.find("reserved_data_blocks");
  if (key != std::string::npos && key != 0 && text[key - 1] != ' ') text.insert(key, " ");
  return text;
}

}  // namespace

std::string_view tracepoint_of_today(std::string_view event) {
  return event == "ext4_es_insert_delayed_block" ? "ext4_es_insert_delayed_extent" : event;
}

std::string with_every_key(std::string_view event, std::string_view fields) {
  const bool named = fields.find("es=") != std::string_view::npos;
  if (event == "ext4_es_lookup_extent_exit" && !named) return name_looked_up(fields);
  if (event == "ext4_da_reserve_space") return part_reserved(fields);
  return std::string(fields);
}

}  // namespace conform

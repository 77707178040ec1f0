#include "core/scenario/operation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/scenario/fsstress_commands.hpp"
#include "core/scenario/fsstress_line.hpp"

namespace scenario {
namespace {

Operation parse_inline_line(const PlacedText& source, std::size_t indent, std::string_view text) {
  const FsstressLine line = parse_fsstress_line(text);
  const std::size_t body = indent + text.find(": ") + 2;
  if (line.kind == FsstressKind::unparsed) {
    source.fail(body, "this is no line of an fsstress -v log",
                "write it as fsstress printed it, or as an xfs_io command");
  }
  Operation operation;
  operation.proc = line.proc;
  if (line.kind != FsstressKind::operation) return operation;
  if (!is_modelled(line))
    source.fail(body, fmt::format("'{}' is not modelled", line.name), "leave the line out");
  operation.commands = commands_of(line, fsstress_file_name(line.proc, line.file.path));
  if (line.error == 0 && operation.commands.empty())
    source.fail(body, "the range ends beyond 2^63 - 1");
  for (Command& command : operation.commands) {
    command.text = text;
    command.position = source.start;
  }
  return operation;
}

}  // namespace

Operation parse_operation(const PlacedText& source) {
  const std::size_t indent = std::min(source.text.find_first_not_of(' '), source.text.size());
  const std::string_view text =
      source.text.substr(indent, source.text.find_last_not_of(' ') + 1 - indent);
  if (has_fsstress_head(text)) return parse_inline_line(source, indent, text);
  return {.commands = {parse_command(source)}, .proc = {}};
}

}  // namespace scenario

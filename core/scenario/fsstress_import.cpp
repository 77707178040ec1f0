#include "core/scenario/fsstress_import.hpp"

#include <fmt/format.h>

#include "core/scenario/fsstress_commands.hpp"
#include "core/scenario/fsstress_line.hpp"

namespace scenario {
namespace {

constexpr std::size_t kUnparsedLinesKept = 20;

/// Calls `use(number, line)` for each line, without newlines; a last line without a newline counts.
template <class Use>
void for_each_line(std::string_view text, Use use) {
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const bool last = end == std::string_view::npos;
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    use(number, line);
    text.remove_prefix(last ? text.size() : end + 1);
  }
}

std::string_view without_quoting(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t>");
  if (begin == std::string_view::npos) return {};
  const std::size_t end = line.find_last_not_of(" \t");
  return line.substr(begin, end - begin + 1);
}

class Importer {
 public:
  explicit Importer(const FsstressOptions& options)
      : options_(options), files_(options.shared_file) {}

  void read(std::uint64_t number, std::string_view text) {
    ++result_.lines;
    const bool quoted = options_.source == FsstressSource::prose;
    const std::string_view body = quoted ? without_quoting(text) : text;
    const FsstressLine line = parse_fsstress_line(body);
    switch (line.kind) {
      case FsstressKind::operation:
        operation(number, body, static_cast<std::uint32_t>(body.data() - text.data()), line);
        break;
      case FsstressKind::note: ++result_.notes; break;
      case FsstressKind::detail: ++result_.details; break;
      case FsstressKind::blank: ++result_.blank; break;
      case FsstressKind::banner: ++result_.banners; break;
      case FsstressKind::unparsed: outside(number, text); break;
    }
  }

  FsstressImport finish() {
    for (auto& [number, commands] : commands_)
      result_.processes.push_back({number, std::move(commands)});
    result_.files = files_.files();
    return std::move(result_);
  }

 private:
  void operation(std::uint64_t number, std::string_view text, std::uint32_t indent,
                 const FsstressLine& line) {
    files_.follow(line);
    if (!is_modelled(line)) {
      ++result_.ignored[line.name];
      return;
    }
    if (line.error != 0) {
      ++result_.failed[line.name];
      return;
    }
    const std::string file = is_regular_file(line.file.path) ? files_.name_of(line) : std::string{};
    std::vector<Command> commands = commands_of(line, file);
    if (commands.empty()) {
      ++result_.ignored[line.name + " beyond 2^63"];
      return;
    }
    ++result_.operations;
    for (Command& command : commands) {
      command.text = text;
      command.position = {static_cast<std::uint32_t>(number), indent + 1};
      commands_[line.proc].push_back(std::move(command));
    }
  }

  void outside(std::uint64_t number, std::string_view text) {
    if (options_.source == FsstressSource::prose) {
      ++result_.prose;
      result_.prose_lines.push_back({number, std::string(text)});
      return;
    }
    ++result_.unparsed;
    if (result_.unparsed_lines.size() < kUnparsedLinesKept) {
      result_.unparsed_lines.push_back({number, std::string(text.substr(0, kLongestFsstressLine))});
    }
  }

  FsstressOptions options_;
  FsstressFiles files_;
  FsstressImport result_;
  std::map<std::uint32_t, std::vector<Command>> commands_;
};

std::string by_name(const FsstressImport::Counts& counts) {
  std::uint64_t sum = 0;
  std::string names;
  for (const auto& [name, count] : counts) {
    names += fmt::format("{}{} {}", names.empty() ? "" : ", ", name, count);
    sum += count;
  }
  return names.empty() ? "0" : fmt::format("{} ({})", sum, names);
}

}  // namespace

FsstressImport import_fsstress(std::string_view text, const FsstressOptions& options) {
  Importer importer(options);
  for_each_line(text,
                [&](std::uint64_t number, std::string_view line) { importer.read(number, line); });
  return importer.finish();
}

FsstressSource detect_source(std::string_view text) {
  bool has_quoted_line = false;
  for_each_line(text, [&](std::uint64_t, std::string_view line) {
    const std::string_view body = without_quoting(line);
    if (parse_fsstress_line(line).kind != FsstressKind::unparsed) return;
    if (has_fsstress_head(body) && parse_fsstress_line(body).kind != FsstressKind::unparsed)
      has_quoted_line = true;
  });
  return has_quoted_line ? FsstressSource::prose : FsstressSource::log;
}

std::string account(const FsstressImport& import) {
  std::string text = fmt::format("lines      {}\noperations {}\n", import.lines, import.operations);
  text += fmt::format("failed     {}\nignored    {}\n", by_name(import.failed),
                      by_name(import.ignored));
  text += fmt::format("notes      {}\ndetails    {}\n", import.notes, import.details);
  if (import.banners > 0) text += fmt::format("banners    {}\n", import.banners);
  if (import.blank > 0) text += fmt::format("blank      {}\n", import.blank);
  if (import.prose > 0) text += fmt::format("text       {}\n", import.prose);
  text += fmt::format("unparsed   {}\n", import.unparsed);
  for (const auto& line : import.unparsed_lines)
    text += fmt::format("  line {}: {}\n", line.number, printable(line.text));
  return text;
}

}  // namespace scenario

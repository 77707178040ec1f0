#include "sim/report/diagram.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "sim/report/diagram_events.hpp"
#include "sim/text.hpp"

namespace sim {
namespace {

constexpr std::size_t kWidth = 75;
constexpr std::size_t kMostColumns = 3;
/// A nested text keeps at least this many characters of its column.
constexpr std::size_t kLeastText = 16;

struct Column {
  std::string head;
  std::size_t begin = 0;
  std::size_t width = kWidth;
  std::vector<ActorId> actors;
};

std::string short_name(const Record& record, ActorId id) {
  const Actor& actor = record.actors[id];
  return actor.number == 0 ? std::string(actor.name)
                           : actor.name + ("#" + std::to_string(actor.number + 1));
}

/// Where columns stand: two as in most commit messages (0 to 35, 37 to 74), three of 23.
void place(std::vector<Column>& columns) {
  if (columns.size() == 2) {
    columns[0].width = 36;
    columns[1].begin = 37;
    columns[1].width = kWidth - 37;
  } else if (columns.size() == kMostColumns) {
    for (std::size_t i = 0; i < kMostColumns; ++i) {
      columns[i].begin = i * 26;
      columns[i].width = 23;
    }
  }
}

/// Columns of the actors that do something in `events`, in order of birth.
std::vector<Column> columns_of(const Record& record, const std::vector<DiagramEvent>& events,
                               const DiagramOptions& options) {
  std::vector<bool> acts(record.actors.size(), false);
  for (const DiagramEvent& event : events) acts[event.actor] = true;
  std::vector<Column> columns;
  std::map<std::string, std::size_t> by_head;
  for (std::size_t i = 0; i < acts.size(); ++i) {
    const auto actor = static_cast<ActorId>(i);
    if (!acts[i]) continue;
    const bool root = record.actors[actor].creator == kNoActor;
    std::string key = root ? "root " + std::to_string(i) : "born in the run";
    if (options.column_of) key = options.column_of(record.actor_name(actor));
    if (options.column_of && key.empty()) continue;
    const auto [at, is_new] = by_head.try_emplace(key, columns.size());
    if (is_new) {
      columns.push_back({options.column_of ? key : short_name(record, actor), 0, kWidth, {}});
    } else if (!options.column_of) {
      const std::string name = record.actors[actor].name;
      std::string& head = columns[at->second].head;
      if (head.find(name) == std::string::npos) head += " / " + name;
    }
    columns[at->second].actors.push_back(actor);
  }
  place(columns);
  return columns;
}

/// Lines of one event, not yet moved to its column.
std::vector<std::string> lines_of(const DiagramEvent& event, std::size_t width) {
  std::string text = event.text;
  std::size_t hanging = 0;
  if (event.kind == DiagramEvent::Kind::effect) {
    text = "--> " + text;
    hanging = 4;
  } else if (event.kind == DiagramEvent::Kind::remark) {
    text = "<" + text + ">";
    hanging = 1;
  } else if (event.kind == DiagramEvent::Kind::verdict) {
    text = "*** " + text + " ***";
    hanging = 4;
  }
  std::size_t indent = std::size_t{2} * event.depth;
  const bool whole =
      event.kind == DiagramEvent::Kind::call || event.kind == DiagramEvent::Kind::elision;
  const std::size_t needed = whole ? ascii(text).size() : std::min(kLeastText, width);
  indent = needed >= width ? 0 : std::min(indent, width - needed);
  std::vector<std::string> lines = wrap(text, width - indent, hanging);
  for (std::size_t i = 0; i < lines.size(); ++i)
    lines[i].insert(0, indent + (i == 0 ? 0 : hanging), ' ');
  return lines;
}

class Drawing {
 public:
  Drawing(const Record& record, const std::vector<Column>& columns)
      : record_(record), columns_(columns) {}

  void heads() {
    std::string line;
    for (const Column& column : columns_) {
      std::string head = ascii(column.head);
      if (head.size() > column.width) head.replace(column.width - 3, std::string::npos, "...");
      line.resize(column.begin, ' ');
      line += head;
    }
    add(line);
    add("");
  }

  void event(const DiagramEvent& event) {
    const Column* column = column_with(event.actor);
    if (column == nullptr) return;
    if (last_ != kNoActor && last_ != event.actor) add("");
    if (last_ != event.actor && column->actors.size() > 1)
      put(*column, cut(name_within(*column, event.actor) + ":", column->width));
    last_ = event.actor;
    for (const std::string& line : lines_of(event, column->width)) put(*column, line);
  }

  void consequence(const DiagramEvent& event) {
    if (!ended_ && !lines_.empty()) add("");
    ended_ = true;
    for (const std::string& line : lines_of(event, kWidth)) add(line);
  }

  std::size_t rows() const { return lines_.size(); }

  std::string text() const {
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }

 private:
  static std::string cut(const std::string& raw, std::size_t width) {
    std::string text = ascii(raw);
    if (text.size() > width) text.replace(width - 4, std::string::npos, "...:");
    return text;
  }

  /// The short name, or the full one where two actors of the column share the short one.
  std::string name_within(const Column& column, ActorId actor) const {
    const std::string name = short_name(record_, actor);
    const bool shared = std::any_of(column.actors.begin(), column.actors.end(), [&](ActorId other) {
      return other != actor && short_name(record_, other) == name;
    });
    return shared ? record_.actor_name(actor) : name;
  }

  const Column* column_with(ActorId actor) const {
    for (const Column& column : columns_)
      if (std::find(column.actors.begin(), column.actors.end(), actor) != column.actors.end())
        return &column;
    return nullptr;
  }

  void put(const Column& column, const std::string& text) {
    add(std::string(column.begin, ' ') + text);
  }

  void add(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    lines_.push_back(std::move(line));
  }

  const Record& record_;
  const std::vector<Column>& columns_;
  std::vector<std::string> lines_;
  ActorId last_ = kNoActor;
  bool ended_ = false;
};

/// "1) writer: btrfs_buffered_write(): reserves 20K, sets the bits; ..." for each stretch of one
/// task.
std::string prose(const Record& record, const std::vector<DiagramEvent>& events,
                  const std::vector<DiagramEvent>& after) {
  std::string text;
  std::string item;
  std::string function;
  ActorId last = kNoActor;
  std::size_t number = 0;
  const auto end_item = [&] {
    if (item.empty()) return;
    const std::vector<std::string> lines = wrap(item + ".", kWidth, 4);
    for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "" : "    ") + lines[i] + "\n";
    text += "\n";
    item.clear();
  };
  for (const DiagramEvent& event : events) {
    if (event.kind == DiagramEvent::Kind::elision) continue;
    if (event.kind == DiagramEvent::Kind::call) continue;
    if (event.actor != last) {
      end_item();
      item = std::to_string(++number) + ") " + record.actor_name(event.actor) + ":";
      function.clear();
    } else {
      item += event.function == function ? "," : ";";
    }
    if (event.function != function) item += " " + event.function + "():";
    function = event.function;
    last = event.actor;
    item += " " + (event.kind == DiagramEvent::Kind::remark ? "<" + event.text + ">" : event.text);
  }
  end_item();
  for (const DiagramEvent& event : after)
    for (const std::string& line : lines_of(event, kWidth)) text += line + "\n";
  return text;
}

}  // namespace

std::string diagram(const Execution& execution, const DiagramOptions& options) {
  const Record& record = execution.record();
  const std::vector<DiagramEvent> after = consequences(execution);
  std::string text;
  for (int level = 0; level < kLevels; ++level) {
    const std::vector<DiagramEvent> events = explored_events(execution, level);
    const std::vector<Column> columns = columns_of(record, events, options);
    if (columns.size() > kMostColumns) return prose(record, events, after);
    Drawing drawing(record, columns);
    if (!columns.empty()) drawing.heads();
    for (const DiagramEvent& event : events) drawing.event(event);
    for (const DiagramEvent& event : after) drawing.consequence(event);
    text = drawing.text();
    if (drawing.rows() <= options.most_rows) break;
  }
  return text;
}

}  // namespace sim

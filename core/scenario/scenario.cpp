#include "core/scenario/scenario.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "core/lib/byte_range.hpp"
#include "core/scenario/case_reader.hpp"
#include "core/scenario/input_file.hpp"
#include "core/scenario/json_reader.hpp"
#include "core/scenario/limits.hpp"
#include "core/scenario/names.hpp"
#include "core/scenario/open_files.hpp"
#include "core/scenario/operation.hpp"
#include "core/scenario/schema.hpp"
#include "core/scenario/size.hpp"

namespace scenario {
namespace {

constexpr std::uint64_t kFormatVersion = 1;
/// Documents beyond this are read before they are checked against the schema: reading stops at the
/// first misfit.
constexpr std::size_t kManyValues = 50'000;

void check_version(const JsonView& root) {
  const auto version = root.find("fsweave");
  if (!version || !version->is_unsigned() || version->unsigned_integer() == kFormatVersion) return;
  version->fail(fmt::format("version {} of the format is not known", version->unsigned_integer()),
                fmt::format("this build reads version {}", kFormatVersion));
}

/// Lists of operations and the count that they share.
class OperationReader {
 public:
  explicit OperationReader(const std::string& file) : file_(file) {}

  std::vector<Command> read(const JsonView& list, OpenFiles& files) {
    std::vector<Command> commands;
    for (const JsonView& entry : list.elements()) {
      Operation operation = parse_operation(entry.placed_string());
      check_process(entry, operation);
      for (Command& command : operation.commands) {
        files.resolve(command, file_);
        commands.push_back(std::move(command));
      }
      if (++count_ > kMostOperations)
        entry.fail(fmt::format("more than {} operations", kMostOperations));
    }
    proc_.reset();
    return commands;
  }

 private:
  void check_process(const JsonView& entry, const Operation& operation) {
    if (!operation.proc) return;
    if (proc_ && *proc_ != *operation.proc) {
      entry.fail(
          fmt::format("a line of process {} among lines of process {}", *operation.proc, *proc_),
          "give each process a task of its own");
    }
    proc_ = operation.proc;
  }

  const std::string& file_;
  std::size_t count_ = 0;
  std::optional<std::uint32_t> proc_;
};

/// Nothing where it is below 0.
std::optional<std::uint64_t> read_number(const JsonView& view, bool in_bytes) {
  if (view.is_unsigned()) return view.unsigned_integer();
  if (!view.is_string() || !in_bytes) return std::nullopt;
  const auto size = parse_size(view.string());
  if (!size)
    view.fail(fmt::format("'{}' is no size", view.string()), "bytes, or with a suffix k, m or g");
  return size;
}

ParameterValue read_parameter(const JsonView& view, const Parameter& parameter) {
  if (parameter.kind == ParameterKind::flag) return view.boolean();
  const bool in_bytes = parameter.kind != ParameterKind::pages;
  const std::optional<std::uint64_t> read = read_number(view, in_bytes);
  const std::uint64_t number = read.value_or(0);
  const auto spell = [&](std::uint64_t n) { return in_bytes ? format_size(n) : std::to_string(n); };
  if (!read || number < parameter.least || number > parameter.most)
    view.fail(fmt::format("'{}' must lie between {} and {}", parameter.name, spell(parameter.least),
                          spell(parameter.most)),
              parameter.meaning);
  if (parameter.kind == ParameterKind::blocks && number % kBlockBytes != 0)
    view.fail(fmt::format("'{}' must be a multiple of a block", parameter.name),
              fmt::format("{} or {}", spell(kernel::round_down(number, kBlockBytes)),
                          spell(kernel::round_up(number, kBlockBytes))));
  if (parameter.kind == ParameterKind::power_of_two && !std::has_single_bit(number))
    view.fail(fmt::format("'{}' must be a power of two", parameter.name),
              fmt::format("{} or {}", spell(std::bit_floor(number)), spell(std::bit_ceil(number))));
  return number;
}

/// A cluster is given out as a whole: there is no room for a part of one.
void check_clusters(const JsonView& view, const FileSystem& fs) {
  const std::uint64_t cluster = fs.number("cluster", kBlockBytes);
  const std::uint64_t size = fs.number("size", kExt4Bytes);
  if (fs.type != "ext4" || size % cluster == 0) return;
  view.find(fs.has("size") ? "size" : "cluster")
      ->fail(fmt::format("a space of {} holds no whole number of clusters of {}", format_size(size),
                         format_size(cluster)),
             fmt::format("\"size\": \"{}\"", format_size(kernel::round_up(size, cluster))));
}

FileSystem read_filesystem(const JsonView& view) {
  FileSystem fs;
  fs.position = view.position();
  const auto type = view.find("type");
  if (!type) view.fail("the key 'type' is missing");
  fs.type = type->string();
  const auto& filesystems = known_filesystems();
  if (std::find(filesystems.begin(), filesystems.end(), fs.type) == filesystems.end()) {
    type->fail(fmt::format("the filesystem '{}' is not modelled", fs.type),
               did_you_mean(fs.type, filesystems));
  }
  for (const auto& [name, value] : view.members()) {
    if (name == "type") continue;
    const Parameter* parameter = find_parameter(fs.type, name);
    if (parameter == nullptr) {
      std::vector<std::string_view> names;
      for (const Parameter& row : known_parameters()) {
        if (row.filesystem == fs.type) names.push_back(row.name);
      }
      value.fail_at_key(fmt::format("{} has no parameter '{}'", fs.type, name),
                        did_you_mean(name, names));
    }
    fs.parameters.emplace(std::string(name), read_parameter(value, *parameter));
  }
  check_clusters(view, fs);
  return fs;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

Window read_window(const JsonView& view, const RunnableTasks& tasks) {
  const std::string_view text = view.string();
  const std::size_t colon = text.find(':');
  const std::size_t dots = text.find(" .. ");
  if (colon == std::string_view::npos || dots == std::string_view::npos || dots < colon) {
    view.fail("a window is written \"TASK: LABEL .. LABEL\"");
  }
  Window window{std::string(trimmed(text.substr(0, colon))),
                std::string(trimmed(text.substr(colon + 1, dots - colon - 1))),
                std::string(trimmed(text.substr(dots + 4))), view.position()};
  if (std::find(tasks.declared.begin(), tasks.declared.end(), window.task) ==
      tasks.declared.end()) {
    view.fail(fmt::format("no task is named '{}'", window.task),
              did_you_mean(window.task, tasks.declared));
  }
  for (const std::string& label : {window.from, window.to}) {
    if (!is_label(label))
      view.fail(fmt::format("'{}' is no label", label), "a label is written FUNCTION:STATE");
  }
  return window;
}

DerivedCounter::Term read_term(const JsonView& view) {
  std::string_view text = view.string();
  DerivedCounter::Term term{text.starts_with('-'), {}, 0};
  if (term.negative) text.remove_prefix(1);
  if (text.empty()) view.fail("an empty term", "write a counter's name or a number");
  if (text.find_first_not_of("0123456789") != std::string_view::npos) {
    term.counter = text;
    return term;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), term.number);
  if (error != std::errc() || term.number > kMostBytes)
    view.fail(fmt::format("'{}' is too large", text));
  return term;
}

std::vector<DerivedCounter> read_counters(const JsonView& view) {
  std::vector<DerivedCounter> counters;
  for (const auto& [name, terms] : view.members()) {
    DerivedCounter counter{std::string(name), {}, terms.position()};
    for (const JsonView& term : terms.elements()) counter.terms.push_back(read_term(term));
    counters.push_back(std::move(counter));
  }
  return counters;
}

void check_task_name(std::string_view name, const JsonView& view,
                     const std::vector<std::string_view>& taken) {
  check_name(name, view, true);
  if (name == "setup" || name == "teardown" || name == "exit") {
    view.fail_at_key(fmt::format("no task can be named '{}'", name), "choose another name");
  }
  if (std::find(taken.begin(), taken.end(), name) != taken.end()) {
    view.fail_at_key(fmt::format("a second task is named '{}'", name), "choose another name");
  }
}

/// Names that an open of `commands` without -f needs, against those that are created: by the same
/// list before it, or by one that may run before it.
class CreatedFiles {
 public:
  explicit CreatedFiles(const std::string& file) : file_(file) {}

  void add(const std::vector<Command>& commands) {
    for (const Command& command : commands)
      if (command.verb == Verb::open && command.create) names_.insert(command.file);
  }
  void check(const std::vector<Command>& commands) const {
    for (const Command& command : commands)
      if (command.verb == Verb::open && names_.find(command.file) == names_.end())
        throw InputError(file_, command.position,
                         fmt::format("nobody creates the file '{}' before", command.file),
                         fmt::format("write open -f {}", command.file));
  }

 private:
  const std::string& file_;
  std::set<std::string> names_;
};

void check_opened_files(const Scenario& scenario) {
  CreatedFiles created(scenario.file);
  for (const Command& command : scenario.setup) {
    created.add({command});
    created.check({command});
  }
  for (const auto* lists : {&scenario.tasks, &scenario.environment})
    for (const TaskList& task : *lists) created.add(task.commands);
  for (const auto* lists : {&scenario.tasks, &scenario.environment})
    for (const TaskList& task : *lists) created.check(task.commands);
  created.add(scenario.teardown);
  created.check(scenario.teardown);
}

/// The lists that run: setup leaves its files to all, the tasks' own files are known to environment
/// and teardown.
void read_lists(const JsonView& root, Scenario& scenario) {
  OperationReader reader(scenario.file);
  OpenFiles after_setup;
  if (const auto setup = root.find("setup")) scenario.setup = reader.read(*setup, after_setup);

  std::vector<std::string_view> names;
  OpenFiles after_tasks = after_setup;
  const auto read_tasks = [&](const JsonView& tasks, std::vector<TaskList>& lists,
                              const OpenFiles& start) {
    for (const auto& [name, list] : tasks.members()) {
      check_task_name(name, list, names);
      if (names.size() == kMostTasks)
        list.fail_at_key(fmt::format("more than {} tasks", kMostTasks));
      names.push_back(name);
      OpenFiles files = start;
      lists.push_back({std::string(name), list.position(), reader.read(list, files)});
      after_tasks.adopt(files);
    }
  };
  const auto tasks = root.find("tasks");
  if (!tasks) root.fail("the key 'tasks' is missing");
  read_tasks(*tasks, scenario.tasks, after_setup);
  if (scenario.tasks.empty()) tasks->fail("there is no task", "name at least one");
  if (const auto environment = root.find("environment"))
    read_tasks(*environment, scenario.environment, OpenFiles(after_tasks));
  if (const auto teardown = root.find("teardown"))
    scenario.teardown = reader.read(*teardown, after_tasks);
  check_opened_files(scenario);
}

Scenario read_document(const JsonDocument& document, const ScenarioContext& context) {
  const JsonView root = document.root();
  if (!root.is_object()) root.fail("a scenario is an object", "begin with { \"fsweave\": 1");
  Scenario scenario;
  scenario.file = document.file();
  if (const auto source = root.find("source")) scenario.source = source->string();
  const auto fs = root.find("fs");
  if (!fs) root.fail("the key 'fs' is missing");
  scenario.fs = read_filesystem(*fs);
  read_lists(root, scenario);

  RunnableTasks runnable;
  for (const auto* lists : {&scenario.tasks, &scenario.environment}) {
    for (const TaskList& task : *lists) runnable.declared.push_back(task.name);
  }
  runnable.spawned.assign(context.spawned_tasks.begin(), context.spawned_tasks.end());
  if (const auto window = root.find("window")) scenario.window = read_window(*window, runnable);
  if (const auto counters = root.find("counters")) scenario.counters = read_counters(*counters);
  if (const auto cases = root.find("cases")) scenario.cases = read_cases(*cases, runnable);
  return scenario;
}

}  // namespace

bool FileSystem::flag(std::string_view name, bool otherwise) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? otherwise : std::get<bool>(found->second);
}

std::uint64_t FileSystem::number(std::string_view name, std::uint64_t otherwise) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? otherwise : std::get<std::uint64_t>(found->second);
}

const Case* Scenario::find_case(std::string_view name) const {
  for (const Case& the_case : cases) {
    if (the_case.name == name) return &the_case;
  }
  return nullptr;
}

Scenario parse_scenario(std::string text, const std::string& file, const ScenarioContext& context) {
  const JsonDocument document = read_json(std::move(text), file);
  check_version(document.root());
  if (document.value_count() <= kManyValues) check_schema(document);
  Scenario scenario = read_document(document, context);
  if (document.value_count() > kManyValues) check_schema(document);
  return scenario;
}

Scenario read_scenario(const std::string& path, const ScenarioContext& context) {
  return parse_scenario(read_input_file(path), path, context);
}

}  // namespace scenario

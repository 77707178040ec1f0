#include "core/scenario/world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/kernel/errno.hpp"
#include "core/kernel/printk.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/names.hpp"

namespace scenario {
namespace {

/// Calls whose data can be told apart when a sector is read back.
bool writes_data(Verb verb) {
  return verb == Verb::pwrite || verb == Verb::mwrite || verb == Verb::fpunch ||
         verb == Verb::fzero;
}

std::uint32_t fallocate_mode(const Command& command) {
  std::uint32_t mode = command.keep_size ? kernel::FALLOC_FL_KEEP_SIZE : 0U;
  if (command.verb == Verb::fpunch)
    mode |= kernel::FALLOC_FL_PUNCH_HOLE | kernel::FALLOC_FL_KEEP_SIZE;
  if (command.verb == Verb::fzero) mode |= kernel::FALLOC_FL_ZERO_RANGE;
  return mode;
}

/// For what the world keeps of an execution beside the modelled kernel.
std::pmr::polymorphic_allocator<> ghosts_of(sim::Execution& execution) {
  return &execution.untracked_memory();
}

const std::uint32_t* steps_of_caller() { return &sim::current().running()->steps; }

}  // namespace

World::World(const Scenario& scenario, FixSelection fixes)
    : scenario_(scenario), fixes_(std::move(fixes)) {
  check_verbs();
  check_counters();
  number_writes();
}

void World::check_verbs() const {
  const FileSystemKind& kind = filesystem_kind(scenario_.fs.type);
  const auto check = [&](const std::vector<Command>& commands) {
    for (const Command& command : commands) {
      if (std::find(kind.verbs.begin(), kind.verbs.end(), command.verb) != kind.verbs.end())
        continue;
      std::string known;
      for (const Verb verb : kind.verbs)
        known += (known.empty() ? "" : ", ") + std::string(verb_name(verb));
      throw InputError(
          scenario_.file, command.position,
          fmt::format("{} is not modelled on {} yet", verb_name(command.verb), kind.name),
          "modelled: " + known);
    }
  };
  // What is a constant of the file to everybody else is no step of a task.
  const bool alone = scenario_.tasks.size() + scenario_.environment.size() == 1;
  const auto check_task = [&](const TaskList& task) {
    check(task.commands);
    for (const Command& command : task.commands) {
      if (command.verb == Verb::chattr)
        throw InputError(scenario_.file, command.position,
                         "chattr is modelled in setup and teardown alone");
      if (command.verb == Verb::umount && !alone)
        throw InputError(scenario_.file, command.position,
                         "umount while other tasks run is not modelled: the kernel says EBUSY",
                         "put it into teardown");
    }
  };
  check(scenario_.setup);
  for (const Command& command : scenario_.setup)
    if (command.verb == Verb::umount)
      throw InputError(scenario_.file, command.position,
                       "umount in setup leaves the tasks no filesystem", "put it into teardown");
  for (const TaskList& task : scenario_.tasks) check_task(task);
  for (const TaskList& task : scenario_.environment) check_task(task);
  check(scenario_.teardown);
}

void World::check_counters() {
  const auto known = filesystem_kind(scenario_.fs.type).counters;
  counter_names_.assign(known.begin(), known.end());
  const std::vector<std::string_view> names(known.begin(), known.end());
  const auto check = [&](std::string_view name, Position position,
                         const std::vector<std::string_view>& all) {
    if (std::find(all.begin(), all.end(), name) == all.end())
      throw InputError(scenario_.file, position, fmt::format("no counter is called '{}'", name),
                       did_you_mean(name, all));
  };
  for (const DerivedCounter& counter : scenario_.counters) {
    for (const DerivedCounter::Term& term : counter.terms)
      if (!term.counter.empty()) check(term.counter, counter.position, names);
    counter_names_.push_back(counter.name.c_str());
  }
  const std::vector<std::string_view> all(counter_names_.begin(), counter_names_.end());
  for (const Case& the_case : scenario_.cases)
    for (const Directive& directive : the_case.schedule)
      for (const auto& [name, value] : directive.counters) check(name, directive.position, all);
}

/// Write calls are told apart by their place in the file, so that a sector's content names its
/// write.
void World::number_writes() {
  std::uint32_t number = 0;
  const auto number_all = [&](const std::vector<Command>& commands, bool truncates) {
    for (const Command& command : commands) {
      if (truncates ? command.verb == Verb::truncate : writes_data(command.verb))
        write_numbers_.emplace_back(&command, ++number);
      if (writes_data(command.verb))
        last_byte_ = std::max(last_byte_,
                              kernel::round_up(command.offset + command.length, kernel::kPageSize));
    }
  };
  for (const bool truncates : {false, true}) {
    number_all(scenario_.setup, truncates);
    for (const TaskList& task : scenario_.tasks) number_all(task.commands, truncates);
    for (const TaskList& task : scenario_.environment) number_all(task.commands, truncates);
    number_all(scenario_.teardown, truncates);
  }
}

std::uint32_t World::write_number(const Command& command) const {
  for (const auto& [numbered, number] : write_numbers_)
    if (numbered == &command) return number;
  return 0;
}

void World::build(sim::Execution& execution) {
  files_ = ghosts_of(execution).new_object<Files>();
  mounted_ = &mount_filesystem(execution, scenario_.fs, fixes_);
  if (scenario_.setup.empty()) return;
  execution.spawn("setup", [this] { run_commands(scenario_.setup); });
}

/// Files that tasks name are there before the first of them runs: which files there are is known to
/// every task, and making one is no step.
void World::start(sim::Execution& execution) {
  for (const std::vector<TaskList>* tasks : {&scenario_.tasks, &scenario_.environment})
    for (const TaskList& task : *tasks)
      for (const Command& command : task.commands)
        if (!command.file.empty()) file(command.file);
  const auto spawn_all = [&](const std::vector<TaskList>& tasks) {
    for (const TaskList& task : tasks) {
      const TaskList* list = &task;
      execution.spawn(task.name.c_str(), [this, list] { run_commands(list->commands); });
    }
  };
  spawn_all(scenario_.tasks);
  spawn_all(scenario_.environment);
}

void World::finish(sim::Execution& execution) {
  if (scenario_.teardown.empty()) return;
  execution.spawn("teardown", [this] { run_commands(scenario_.teardown); });
}

World::File& World::file(const std::string& name) {
  for (auto& [known, file] : *files_)
    if (known == name) return file;
  sim::Execution& execution = sim::current();
  const char* kept = execution.arena().copy(name.data(), name.size());
  File created{&mounted_->create_file(kept), ghosts_of(execution).new_object<kernel::ContentOracle>(
                                                 &execution.untracked_memory())};
  files_->emplace_back(kept, created);
  return files_->back().second;
}

void World::run_commands(const std::vector<Command>& commands) {
  for (const Command& command : commands) {
    sim::Execution& execution = sim::current();
    if (execution.narrating()) execution.note(sim::NoteKind::mark, "begin " + command.text);
    const std::string result = run_command(command);
    if (execution.narrating())
      execution.note(sim::NoteKind::mark, "end " + command.text + " = " + result);
  }
}

std::string World::run_command(const Command& command) {
  kernel::file_operations& files = mounted_->file_operations();
  kernel::super_operations& super = mounted_->super_operations();
  const auto range = [&command] { return kernel::range_of(command.offset, command.length); };
  const auto error = [](int result) {
    return result == 0 ? std::string("0") : "-" + std::string(kernel::errno_name(-result));
  };
  switch (command.verb) {
    case Verb::open: {
      File& opened = file(command.file);
      return command.truncate ? error(files.setattr_size(*opened.inode, 0)) : "0";
    }
    case Verb::pwrite:
    case Verb::mwrite:
    case Verb::fpunch:
    case Verb::fzero: return write(command);
    case Verb::mread:
      return error(kernel::load_from_user_memory(*file(command.file).inode, range()));
    case Verb::pread: {
      kernel::kiocb iocb{*file(command.file).inode, command.offset, command.direct, false};
      const std::int64_t result = files.read_iter(iocb, command.length);
      return result >= 0 ? std::to_string(result) : error(static_cast<int>(result));
    }
    case Verb::falloc:
      return error(files.fallocate(*file(command.file).inode, fallocate_mode(command), range()));
    case Verb::es_shrink: mounted_->shrink_extent_status(*file(command.file).inode, range()); break;
    case Verb::truncate: {
      File& target = file(command.file);
      const kernel::WriteIdentity identity{write_number(command), true};
      const kernel::ByteRange gone{command.length, std::max(command.length, last_byte_)};
      // Also where the file grows: nothing was behind its end.
      target.oracle->begin_write(identity, gone, steps_of_caller());
      const int result = files.setattr_size(*target.inode, command.length);
      target.oracle->end_write(identity, gone, result == 0 ? gone.size() : 0);
      return error(result);
    }
    case Verb::fsync:
    case Verb::fdatasync: return error(files.fsync(*file(command.file).inode));
    case Verb::sync:
    case Verb::syncfs: return error(super.sync_fs());
    case Verb::writeback: {
      sim::Frame frame("wb_workfn");
      kernel::writeback_control wbc{range(), false};
      kernel::address_space& mapping = file(command.file).inode->i_data;
      return error(mapping.a_ops.writepages(mapping, wbc));
    }
    case Verb::reclaim: kernel::shrink_folio_list(file(command.file).inode->i_data, range()); break;
    case Verb::commit: mounted_->commit(); break;
    case Verb::chattr: mounted_->set_nodatacow(*file(command.file).inode); break;
    case Verb::limit: mounted_->set_limit(command.length); break;
    case Verb::evict: super.evict_inode(*file(command.file).inode); break;
    case Verb::umount: unmount(); break;
    case Verb::drain: mounted_->drain(); break;
    default: break;
  }
  return "0";
}

/// Bytes written or a negative errno.
std::int64_t World::call_write(const Command& command, kernel::WriteIdentity identity) {
  kernel::inode& inode = *file(command.file).inode;
  kernel::file_operations& files = mounted_->file_operations();
  const kernel::ByteRange range = kernel::range_of(command.offset, command.length);
  if (command.verb == Verb::mwrite)
    return kernel::store_to_user_memory(inode, *files.mmap(), identity, range);
  if (command.verb == Verb::pwrite) {
    kernel::kiocb iocb{inode, command.offset, command.direct, false};
    kernel::iov_iter from{identity, command.length};
    return files.write_iter(iocb, from);
  }
  const int error = files.fallocate(inode, fallocate_mode(command), range);
  return error == 0 ? static_cast<std::int64_t>(range.size()) : error;
}

std::string World::write(const Command& command) {
  File& target = file(command.file);
  const bool zeros = command.verb == Verb::fpunch || command.verb == Verb::fzero;
  const kernel::WriteIdentity identity{write_number(command), zeros};
  const kernel::ByteRange range = kernel::range_of(command.offset, command.length);
  target.oracle->begin_write(identity, range, steps_of_caller());
  const std::int64_t result = call_write(command, identity);
  target.oracle->end_write(identity, range, result > 0 ? static_cast<std::uint64_t>(result) : 0);
  if (result >= 0) return std::to_string(result);
  sim::at<"pwrite:failed">();
  return "-" + std::string(kernel::errno_name(static_cast<int>(-result)));
}

void World::unmount() {
  kernel::super_operations& super = mounted_->super_operations();
  super.sync_fs();
  for (auto& [name, opened] : *files_) super.evict_inode(*opened.inode);
  super.put_super();
}

void World::judge(sim::Execution& execution) {
  mounted_->check_at_rest();
  for (const auto& [name, opened] : *files_) {
    const File& file = opened;
    file.oracle->for_each_sector([&, file_name = name](std::uint64_t sector) {
      const kernel::Content content = mounted_->content(*file.inode, sector);
      if (file.oracle->admits(sector, content)) return;
      execution.report(sim::FindingKind::wrong_data, std::string(file_name),
                       fmt::format("{}: bytes {} read back as {}, not as {}", file_name,
                                   kernel::show({sector, sector + kernel::kPageSize}),
                                   content == kernel::kZeros ? "zeros" : "older data",
                                   file.oracle->expected(sector)));
    });
  }
}

std::uint64_t World::final_state() const {
  std::uint64_t state = 0;
  const auto mix = [&state](std::uint64_t value) {
    state = (state ^ value) * 0x9e3779b97f4a7c15U;
    state ^= state >> 29;
  };
  std::int64_t values[32]{};
  mounted_->counters(values);
  for (const std::int64_t value : values) mix(static_cast<std::uint64_t>(value));
  for (const auto& entry : *files_) {
    const File& file = entry.second;
    file.oracle->for_each_sector(
        [&](std::uint64_t sector) { mix(mounted_->content(*file.inode, sector)); });
    mix(file.inode->i_size.peek());
  }
  return state;
}

std::span<const char* const> World::counter_names() const { return counter_names_; }

std::vector<BlockRun> World::block_runs(std::string_view name) const {
  for (const auto& [known, opened] : *files_)
    if (known == name) return mounted_->block_runs(*opened.inode);
  return {};
}

void World::counters(std::span<std::int64_t> values) const {
  const auto known = filesystem_kind(scenario_.fs.type).counters;
  mounted_->counters(values);
  for (std::size_t i = 0; i < scenario_.counters.size(); ++i) {
    std::int64_t sum = 0;
    for (const DerivedCounter::Term& term : scenario_.counters[i].terms) {
      auto value = static_cast<std::int64_t>(term.number);
      for (std::size_t j = 0; j < known.size(); ++j)
        if (term.counter == known[j]) value = values[j];
      sum += term.negative ? -value : value;
    }
    values[known.size() + i] = sum;
  }
}

}  // namespace scenario

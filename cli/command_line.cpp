#include "cli/command_line.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/errors.hpp"
#include "cli/help.hpp"
#include "cli/terminal.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/limits.hpp"
#include "core/scenario/names.hpp"

namespace cli {
namespace {

using scenario::did_you_mean;
using scenario::printable;

/// What the value of an option may be, both ends included.
struct Range {
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

std::uint64_t number(const std::string& option, const std::string& text, Range range) {
  std::string_view digits = text;
  const bool hexadecimal = digits.starts_with("0x");
  if (hexadecimal) digits.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
  const bool is_number = error == std::errc{} && end == digits.data() + digits.size();
  if (!is_number || value < range.least || value > range.most)
    throw UsageError(fmt::format(
        "{} takes a count from {} to {}, not '{}'", option, range.least,
        range.most == Range{}.most ? "2^64 - 1" : std::to_string(range.most), printable(text)));
  return value;
}

void add_number(CLI::App& app, const std::string& name, std::optional<std::uint64_t>& value,
                Range range, const std::string& help) {
  app.add_option_function<std::string>(
         name,
         [name, &value, range](const std::string& text) { value = number(name, text, range); },
         help)
      ->type_name("N");
}

void add_jobs(CLI::App& app, unsigned& jobs) {
  app.add_option_function<std::string>(
         "--jobs",
         [&jobs](const std::string& text) {
           jobs = static_cast<unsigned>(number("--jobs", text, {1, 1024}));
         },
         "worker processes; one for each processor where none is named")
      ->type_name("N");
}

/// All options of all commands, and which command was given.
struct CommandLine {
  CommandLine();

  CLI::App app{help::kProgram, "fsweave"};
  bool git_bisect = false;
  std::function<ExitCode()> chosen;
  ReplayOptions replaying;
  ExploreOptions exploring;
  MergeOptions merging;
  CheckOptions checking;
  ShowOptions showing;
  ListOptions listing;
  ImportOptions importing;
  ConformOptions conforming;
  std::string help_about;

 private:
  CLI::App& command(CLI::App& parent, const std::string& name, const char* text,
                    std::function<ExitCode()> run);
  void add_replay();
  void add_explore();
  void add_merge();
  void add_check();
  void add_show();
  void add_list();
  void add_import();
  void add_conform();
};

CommandLine::CommandLine() {
  app.set_version_flag("--version", std::string("fsweave " FSWEAVE_VERSION " (" __VERSION__
                                                "; scenario format 1, trace digest XXH3-128)"));
  app.add_flag("--git-bisect", git_bisect, "exit with 125 where a revision cannot be judged");
  app.fallthrough();
  app.footer(help::kExitCodes);
  add_replay();
  add_explore();
  add_merge();
  add_check();
  add_show();
  add_list();
  add_import();
  add_conform();
}

CLI::App& CommandLine::command(CLI::App& parent, const std::string& name, const char* text,
                               std::function<ExitCode()> run) {
  CLI::App& added = *parent.add_subcommand(name, text);
  if (run) added.final_callback([this, run = std::move(run)] { chosen = run; });
  return added;
}

void CommandLine::add_replay() {
  CLI::App& replay_command =
      command(app, "replay", help::kReplay, [this] { return replay(replaying); });
  replay_command.add_option("FILE", replaying.file, "scenario, or trace (.jsonl)")
      ->type_name("")
      ->required();
  replay_command.add_option("--case", replaying.case_name, "only this case")->type_name("C");
  replay_command
      .add_option("--schedule", replaying.schedule, "this schedule instead of the file's")
      ->type_name("TEXT");
  replay_command.add_option("--trace", replaying.trace_output, "write the execution to this file")
      ->type_name("OUT.jsonl");
  replay_command.add_option("--scenario", replaying.scenario, "of a trace: its scenario's file")
      ->type_name("FILE");
}

void CommandLine::add_explore() {
  CLI::App& explore_command =
      command(app, "explore", help::kExplore, [this] { return explore(exploring); });
  explore_command.add_option("FILE", exploring.file, "scenario")->type_name("")->required();
  explore_command.add_option("--case", exploring.case_name, "only this case")->type_name("C");
  explore_command
      .add_option("--strategy", exploring.strategy,
                  "portfolio, random, pct, pos, urw, surw, dfs or exhaustive")
      ->type_name("S");
  add_number(explore_command, "--seed", exploring.seed, {}, "of a search that samples, 0x... too");
  add_number(explore_command, "--runs", exploring.runs, {1, scenario::kMostRuns},
             "executions at most");
  add_number(explore_command, "--preemptions", exploring.preemptions,
             {0, scenario::kMostPreemptions},
             "exhaustive: only executions with at most so many preemptions");
  add_number(explore_command, "--memory", exploring.memory, {.least = 1},
             "exhaustive: give up beyond so many MiB in each process (1024)");
  add_number(explore_command, "--execution", exploring.execution, {},
             "this execution of a search that samples alone, from 0");
  explore_command
      .add_option("--trace", exploring.trace_output,
                  "write the first finding's witness to this file")
      ->type_name("OUT.jsonl");
  explore_command.add_flag("--quiet", exploring.quiet, "no progress");
  add_jobs(explore_command, exploring.division.jobs);
  explore_command
      .add_option("--checkpoint", exploring.division.checkpoint,
                  "keep in this file what was found and what is left")
      ->type_name("FILE");
  explore_command.add_flag("--resume", exploring.division.resume,
                           "go on with the checkpoint, if there is one");
  explore_command
      .add_option("--shard", exploring.division.shard,
                  "this part of N alone; its file is for fsweave merge")
      ->type_name("I/N");
}

void CommandLine::add_merge() {
  CLI::App& merge_command = command(app, "merge", help::kMerge, [this] { return merge(merging); });
  merge_command.add_option("FILES", merging.files, "of all shards of one search")
      ->type_name("")
      ->required();
  merge_command.add_option("--scenario", merging.scenario, "instead of the file that they name")
      ->type_name("FILE");
}

void CommandLine::add_check() {
  CLI::App& check_command = command(app, "check", help::kCheck, [this] { return check(checking); });
  check_command.add_option("PATHS", checking.paths,
                           "files and folders; scenarios where none is named");
  check_command.add_option("--tier", checking.tier, "quick, or full: both")->type_name("T");
  check_command.add_flag("--verbose", checking.verbose, "what was found, too");
  check_command.add_flag("--quiet", checking.quiet, "no progress");
  add_jobs(check_command, checking.jobs);
}

void CommandLine::add_show() {
  CLI::App& show_command = command(app, "show", help::kShow, [this] { return show(showing); });
  show_command.add_option("FILE", showing.file, "scenario, or trace (.jsonl)")
      ->type_name("")
      ->required();
  show_command.add_option("--case", showing.case_name, "only this case")->type_name("C");
  show_command.add_option("--schedule", showing.schedule, "this schedule instead of the file's")
      ->type_name("TEXT");
  show_command.add_option("--scenario", showing.scenario, "of a trace: its scenario's file")
      ->type_name("FILE");
  show_command.add_flag("--table", showing.table, "the table of steps alone");
  show_command.add_flag("--diagram", showing.diagram, "the diagram alone");
  show_command.add_flag("--all", showing.all, "every step, those of the setup too");
}

void CommandLine::add_list() {
  CLI::App& list_command = command(app, "list", help::kList, [this] { return list(listing); });
  list_command.add_option("WHAT", listing.what, "scenarios, fixes, eras, labels or invariants")
      ->type_name("")
      ->required();
  list_command.add_option("PATH", listing.path, "of the scenarios; scenarios where none is named");
}

void CommandLine::add_import() {
  CLI::App& import_command = command(app, "import", help::kImport, {});
  import_command.require_subcommand(1);
  CLI::App& fsstress = command(import_command, "fsstress", help::kImportFsstress,
                               [this] { return import_fsstress(importing); });
  fsstress.add_option("LOG", importing.log, "what fsstress -v printed; - is standard input")
      ->required();
  fsstress.add_option("-o,--output", importing.output, "the scenario")->type_name("OUT.json");
  fsstress.add_flag("--shared-file", importing.shared_file, "all files become one");
  fsstress.add_flag("--lenient", importing.lenient, "leave out lines that are not understood");
}

void CommandLine::add_conform() {
  CLI::App& conform_command =
      command(app, "conform", help::kConform, [this] { return conform(conforming); });
  conform_command
      .add_option("--file", conforming.file,
                  "one alone of nodatacow, datasum (btrfs), ext4, ext4-bigalloc")
      ->type_name("KIND");
  conform_command.add_option("--recording", conforming.recording, "compare with this recorded run")
      ->type_name("TEXT");
  conform_command.add_flag("--record-only", conforming.record_only, "print the kernel's recording");
  conform_command.add_flag("--verbose", conforming.verbose, "print what the model does, too");
  conform_command.add_flag("--meson", conforming.meson, "exit with 77 where it is skipped");
}

std::vector<std::string_view> names_of_commands(const CLI::App& app,
                                                const std::vector<const CLI::App*>& commands) {
  std::vector<std::string_view> names;
  for (const CLI::App* known : commands) names.push_back(known->get_name());
  if (app.get_parent() == nullptr) names.push_back("help");
  return names;
}

const CLI::App* command_named(const CLI::App& app, const std::string& name) {
  for (const CLI::App* known : app.get_subcommands([](const CLI::App*) { return true; }))
    if (known->get_name() == name) return known;
  return nullptr;
}

/// "--case" and "-o" of an option, as the user would write it.
std::vector<std::string> spellings(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  return names;
}

/// CLI11 reports an unknown option as a surplus argument, and knows no nearest name: the words are
/// looked at before it parses them.
void check_words(const CLI::App& program, const std::vector<std::string>& words) {
  std::vector<const CLI::App*> scopes{&program};
  bool only_arguments = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto below = scopes.back()->get_subcommands([](const CLI::App*) { return true; });
    if (word == "--") only_arguments = true;
    if (only_arguments) continue;
    if (!word.starts_with('-') || word == "-") {
      if (below.empty()) continue;
      const CLI::App* named = command_named(*scopes.back(), word);
      if (named == nullptr) {
        const auto names = names_of_commands(*scopes.back(), below);
        throw UsageError(fmt::format("there is no command '{}' ({})", printable(word),
                                     did_you_mean(word, names)));
      }
      scopes.push_back(named);
      continue;
    }
    const std::string name = word.substr(0, word.find('='));
    std::vector<std::string> known;
    const CLI::Option* found = nullptr;
    for (const CLI::App* scope : scopes)
      for (const CLI::Option* option : scope->get_options())
        for (const std::string& spelling : spellings(*option)) {
          known.push_back(spelling);
          if (spelling == name) found = option;
        }
    if (found == nullptr)
      throw UsageError(fmt::format("there is no option '{}' ({})", printable(name),
                                   did_you_mean(name, {known.begin(), known.end()})));
    const bool takes_value = found->get_items_expected_max() > 0;
    if (takes_value && name == word) ++i;
  }
}

/// "help" and "help COMMAND ..." as --help behind the command.
std::vector<std::string> with_help_as_option(std::vector<std::string> words) {
  if (words.empty() || words.front() != "help") return words;
  words.erase(words.begin());
  words.push_back("--help");
  return words;
}

}  // namespace

bool asks_for_git_bisect(int argc, const char* const* argv) {
  return std::any_of(argv, argv + argc,
                     [](const char* word) { return std::string_view(word) == "--git-bisect"; });
}

ExitCode run_command_line(int argc, const char* const* argv) {
  const std::vector<std::string> words =
      with_help_as_option(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
  CommandLine line;
  if (words.empty()) {
    print(line.app.help());
    return ExitCode::usage;
  }
  check_words(line.app, words);
  try {
    line.app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::CallForHelp&) {
    const CLI::App* asked = &line.app;
    std::string before;
    while (!asked->get_subcommands().empty()) {
      before += (before.empty() ? "" : " ") + asked->get_name();
      asked = asked->get_subcommands().front();
    }
    print(asked->help(before));
    return ExitCode::ok;
  } catch (const CLI::CallForVersion& version) {
    print(std::string(version.what()) + "\n");
    return ExitCode::ok;
  } catch (const CLI::ParseError& error) {
    throw UsageError(printable(error.what(), 600));
  }
  if (!line.chosen) throw UsageError("no command is named: fsweave help");
  return line.chosen();
}

}  // namespace cli

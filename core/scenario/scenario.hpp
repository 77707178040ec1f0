/// A scenario file as plain data: what is built, who acts, what is expected. Reading it checks
/// everything that the text alone can tell; eras, fixes, labels and invariants are names here,
/// which the core knows and its loader checks at the places that the structures carry.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/scenario/command.hpp"
#include "core/scenario/input_error.hpp"
#include "core/scenario/parameters.hpp"

namespace scenario {

/// A name and where the file has it.
struct PlacedName {
  std::string text;
  Position position;
};

struct FileSystem {
  std::string type;
  Position position;
  std::map<std::string, ParameterValue, std::less<>> parameters;  ///< those that the file sets

  bool flag(std::string_view name, bool otherwise) const;
  /// Bytes or pages, as the parameter's kind says.
  std::uint64_t number(std::string_view name, std::uint64_t otherwise) const;
  bool has(std::string_view name) const { return parameters.find(name) != parameters.end(); }
};

/// One thread of control and its operations in program order.
struct TaskList {
  std::string name;
  Position position;
  std::vector<Command> commands;
};

/// "fault: ext4_da_map_blocks:hole_seen .. ext4_da_map_blocks:delayed_inserted": the stretch of one
/// task that another task has to enter for a *never* to mean something.
struct Window {
  std::string task;
  std::string from;
  std::string to;
  Position position;
};

/// Where a directive stops: in front of the operation that would leave the named state.
struct Until {
  enum class Kind : std::uint8_t {
    exit,     ///< the task ends
    label,    ///< `name` is "function:state"; `occurrence` counts from 1 ("bio_endio:done#2")
    blocked,  ///< "blocked on NAME"; an empty name: on anything ("blocked")
    steps,    ///< after `occurrence` steps
  };
  Kind kind = Kind::exit;
  std::string name;
  std::uint64_t occurrence = 1;
};

struct Directive {
  enum class Kind : std::uint8_t { run, choose };
  Kind kind = Kind::run;
  std::string subject;  ///< run: the task; choose: the choice, as the model names it ("bio 1")
  Until until;          ///< run
  std::string value;    ///< choose
  std::map<std::string, std::uint64_t, std::less<>>
      counters;  ///< run: what they must be when it is done
  Position position;
};

/// A counter of the scenario's own: a sum of the filesystem's counters and of numbers ("rsv_data",
/// "-records", "-12288").
struct DerivedCounter {
  struct Term {
    bool negative;
    std::string counter;  ///< empty: a number
    std::uint64_t number;
  };
  std::string name;
  std::vector<Term> terms;
  Position position;
};

/// "0ea6560abb3b ext4: check the extent status again": a commit to be taken out.
struct Revert {
  std::string hash;     ///< 7 to 40 lower-case hexadecimal digits
  std::string subject;  ///< empty where only the hash stands there
  Position position;
};

struct FixChoice {
  std::string fix;
  std::string variant;
  Position position;
};

struct Search {
  enum class Strategy : std::uint8_t {
    none,
    exhaustive,
    dfs,
    random,
    pct,
    pos,
    urw,
    surw,
    portfolio,
  };
  Strategy strategy = Strategy::none;
  std::uint64_t seed = 1;                    ///< of strategies that sample
  std::uint64_t runs = 1000;                 ///< likewise
  std::optional<std::uint64_t> preemptions;  ///< bound; none: unbounded
  Position position;
};

struct Expect {
  enum class Kind : std::uint8_t {
    nothing,    ///< the file does not say
    never,      ///< complete search: no execution has a finding
    sometimes,  ///< complete search: some executions have each of `findings`
    always,     ///< complete search: all executions have each of `findings`
    unseen,   ///< sampling search: none has a finding (or none of `findings`, where some are named)
    finding,  ///< this schedule, or this sampling search, shows each of `findings`
    clean,    ///< this schedule has no finding
  };
  Kind kind = Kind::nothing;
  std::vector<std::string> findings;
  Position position;
};

struct Case {
  enum class Tier : std::uint8_t { quick, full };

  std::string name;
  Position position;
  std::optional<PlacedName> era;
  std::vector<Revert> revert;
  std::vector<FixChoice> fixes;  ///< in the order of the file
  std::vector<Directive> schedule;
  bool guide = false;  ///< the schedule is followed as far as possible
  Search search;
  Expect expect;
  Tier tier = Tier::quick;
  bool explore_teardown = false;
};

struct Scenario {
  std::string file;  ///< as given by the user; for messages
  std::string source;
  FileSystem fs;
  std::vector<Command> setup;
  std::vector<TaskList> tasks;
  std::vector<TaskList> environment;
  std::vector<Command> teardown;
  std::optional<Window> window;
  std::vector<DerivedCounter> counters;
  std::vector<Case> cases;

  const Case* find_case(std::string_view name) const;
};

/// What the text cannot tell by itself.
struct ScenarioContext {
  /// Names of tasks that the core spawns ("blk-done", "kworker/endio-write"); a schedule may run
  /// them, with "#N" for the N-th of a creator. Empty: a schedule may name any task.
  std::vector<std::string> spawned_tasks;
};

/// Parses and checks a scenario. Every command of the result names its file. Throws InputError.
Scenario parse_scenario(std::string text, const std::string& file,
                        const ScenarioContext& context = {});

/// Reads the file and parses it.
Scenario read_scenario(const std::string& path, const ScenarioContext& context = {});

}  // namespace scenario

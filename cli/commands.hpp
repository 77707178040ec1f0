/// The commands of fsweave. Each takes its options as plain data, prints to standard output, and
/// returns its exit code. They throw UsageError, CommandError and scenario::InputError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"

namespace cli {

struct ReplayOptions {
  std::string file;  ///< a scenario, or a trace (.jsonl)
  std::string case_name;
  std::string schedule;
  std::string trace_output;
  std::string scenario;  ///< of a trace: instead of the one that it names
};
ExitCode replay(const ReplayOptions& options);

/// How a search is shared among processes and machines, and kept.
struct DivisionOptions {
  unsigned jobs = 0;       ///< worker processes; 0: one for each processor
  std::string checkpoint;  ///< what was found and what is left, as it goes
  bool resume = false;     ///< goes on with the checkpoint, if there is one
  std::string shard;       ///< "2/3"; empty: all
};

struct ExploreOptions {
  std::string file;
  std::string case_name;
  std::string strategy;  ///< empty: the case's
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> runs;
  std::optional<std::uint64_t> preemptions;
  std::optional<std::uint64_t> memory;     ///< MiB that the search may remember in each process
  std::optional<std::uint64_t> execution;  ///< this one of a search that samples, shown as a replay
  std::string trace_output;                ///< of the first finding's witness, or of `execution`
  bool quiet = false;                      ///< no progress
  DivisionOptions division;
};
ExitCode explore(const ExploreOptions& options);

struct CheckOptions {
  std::vector<std::string> paths{"scenarios"};
  std::string tier = "quick";  ///< or full: both
  bool verbose = false;
  bool quiet = false;
  unsigned jobs = 0;  ///< as DivisionOptions::jobs
};
ExitCode check(const CheckOptions& options);

struct MergeOptions {
  std::vector<std::string> files;  ///< of all shards
  std::string scenario;            ///< instead of the one that they name
};
ExitCode merge(const MergeOptions& options);

struct ShowOptions {
  std::string file;
  std::string case_name;
  std::string schedule;
  std::string scenario;
  bool table = false;  ///< neither: both
  bool diagram = false;
  bool all = false;  ///< every step, setup too
};
ExitCode show(const ShowOptions& options);

struct ListOptions {
  std::string what;
  std::string path = "scenarios";
};
ExitCode list(const ListOptions& options);

struct ImportOptions {
  std::string log;
  std::string output;
  bool shared_file = false;
  bool lenient = false;
};
ExitCode import_fsstress(const ImportOptions& options);

struct ConformOptions {
  std::string recording;     ///< compare with this text of a kernel instead of running one
  std::string file;          ///< one of conform::targets(); empty: all
  bool record_only = false;  ///< print the kernel's recording; nothing is compared
  bool verbose = false;      ///< print what the model does as well
  bool meson = false;
};
ExitCode conform(const ConformOptions& options);

}  // namespace cli

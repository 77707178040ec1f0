/// A scenario as a model of the engine: setup, tasks and teardown run its commands on a mounted
/// filesystem.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/oracle/content_oracle.hpp"
#include "core/scenario/filesystem.hpp"
#include "core/scenario/scenario.hpp"
#include "sim/model.hpp"

namespace scenario {

class World final : public sim::Model {
 public:
  /// Both must outlive the world. Throws InputError where the scenario asks for what the filesystem
  /// does not model.
  World(const Scenario& scenario, FixSelection fixes);

  void build(sim::Execution& execution) override;
  void start(sim::Execution& execution) override;
  void finish(sim::Execution& execution) override;
  void judge(sim::Execution& execution) override;
  bool lives_in_arena() const override { return true; }
  std::uint64_t final_state() const override;
  std::span<const char* const> counter_names() const override;
  void counters(std::span<std::int64_t> values) const override;

  /// Of a file, at the end of the latest execution; empty where there is none of that name.
  std::vector<BlockRun> block_runs(std::string_view name) const;

 private:
  struct File {
    kernel::inode* inode;
    kernel::ContentOracle* oracle;
  };
  using Files = std::pmr::vector<std::pair<std::string_view, File>>;

  void check_verbs() const;
  void check_counters();
  void number_writes();
  void run_commands(const std::vector<Command>& commands);
  std::string run_command(const Command& command);
  std::string write(const Command& command);
  std::int64_t call_write(const Command& command, kernel::WriteIdentity identity);
  void unmount();
  File& file(const std::string& name);
  std::uint32_t write_number(const Command& command) const;

  const Scenario& scenario_;
  FixSelection fixes_;
  std::vector<const char*> counter_names_;  ///< the filesystem's, then the scenario's own
  std::vector<std::pair<const Command*, std::uint32_t>>
      write_numbers_;            ///< in the order of the file, truncates behind the others
  std::uint64_t last_byte_ = 0;  ///< where the last write of the file ends, in whole pages

  // Of the execution in progress; all of it lives in the arena.
  MountedFileSystem* mounted_ = nullptr;
  Files* files_ = nullptr;
};

/// The variants of `wanted`: its era, the commits that it takes out, and the variants that it
/// names. Throws InputError with the nearest match for unknown names.
FixSelection select_fixes(const Scenario& scenario, const Case& wanted);

/// "era btrfs-5.9, qgroup_data_owner=ordered_extent": what differs from today, or "today".
std::string describe_fixes(const FileSystemKind& kind, const FixSelection& fixes);

}  // namespace scenario

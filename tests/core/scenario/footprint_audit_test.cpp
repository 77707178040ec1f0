// Every scenario under the audit: no step changes a cell behind its back or memory in no cell, and
// reads past a guard are those that stand here with their reason.
#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/mm/address_space.hpp"
#include "core/scenario/case_plan.hpp"
#include "core/scenario/filesystem.hpp"
#include "core/scenario/scenario.hpp"
#include "core/scenario/world.hpp"
#include "core/vfs/inode.hpp"
#include "sim/strategies/portfolio.hpp"
#include "sim/strategies/profile.hpp"
#include "sim/strategies/random_walk.hpp"
#include "tests/support/scenario_files.hpp"

namespace {

constexpr std::uint64_t kExecutions = 40;

/// Reads past a guard that are known.
constexpr std::string_view kKnown[] = {
    // Whether a folio has buffers makes no difference until their Delay bit is set, and that is a
    // section of i_pages_lock, as the look at it is.
    "folio->private",
    // The type bits, which never change after the ordered extent was published.
    "ordered->flags",
    // By the check for an early -EDQUOT, which stands inside the step that it judges.
    "qgroup rsv[DATA]",
    "qgroup in_transit",
    "qgroup rfer",
    "qgroup max_rfer",
    "qgroup extent records",
    "ordered_tree",
    "io_tree.state",
};

/// The known read that `complaint` is about; empty: it is not known.
std::string_view known_read(const std::string& complaint) {
  for (const std::string_view cell : kKnown)
    if (complaint.ends_with(" read " + std::string(cell) + " past its guard")) return cell;
  return {};
}

std::set<std::string> complaints_of(const scenario::Scenario& scenario,
                                    const scenario::Case& the_case) {
  scenario::CasePlan plan = scenario::plan_case(scenario, the_case);
  scenario::World world(scenario, plan.fixes);
  plan.options.audit = true;
  sim::Execution execution(plan.options);
  sim::Portfolio search({1, 0, kExecutions}, sim::profile(execution, world).steps);
  std::set<std::string> complaints;
  do {
    execution.run(world, search);
    complaints.insert(execution.audit_complaints().begin(), execution.audit_complaints().end());
  } while (search.advance());
  return complaints;
}

/// A mounted filesystem in which one task writes a page and another does what it must not.
class Planted final : public sim::Model {
 public:
  using Misdeed = std::function<void(scenario::MountedFileSystem&, kernel::inode&)>;

  Planted(const std::string& type, Misdeed misdeed) : misdeed_(std::move(misdeed)) {
    description_.type = type;
  }
  void build(sim::Execution& execution) override {
    mounted_ = &scenario::mount_filesystem(
        execution, description_,
        scenario::filesystem_kind(description_.type).eras.front().variants);
    inode_ = &mounted_->create_file("foo");
  }
  void start(sim::Execution& execution) override {
    execution.spawn("writer", [this] {
      kernel::kiocb iocb{*inode_, 0, false, false};
      kernel::iov_iter from{{1, false}, kernel::kPageSize};
      mounted_->file_operations().write_iter(iocb, from);
    });
    execution.spawn("other", [this] {
      inode_->i_size.read_once();
      misdeed_(*mounted_, *inode_);
    });
  }

 private:
  scenario::FileSystem description_;
  Misdeed misdeed_;
  scenario::MountedFileSystem* mounted_ = nullptr;
  kernel::inode* inode_ = nullptr;
};

/// What the audit says of one execution, each filesystem's in turn.
std::vector<std::string> complaints_of(const Planted::Misdeed& misdeed) {
  std::vector<std::string> complaints;
  for (const char* type : {"btrfs", "ext4"}) {
    Planted model(type, misdeed);
    sim::ExecutionOptions options;
    options.audit = true;
    sim::Execution execution(options);
    sim::RandomWalk walk({1, 0, 1});
    execution.run(model, walk);
    complaints.insert(complaints.end(), execution.audit_complaints().begin(),
                      execution.audit_complaints().end());
  }
  return complaints;
}

/// Does a complaint begin so for each of the filesystems?
void check_noticed(const Planted::Misdeed& misdeed, const std::string& on_btrfs,
                   const std::string& on_ext4) {
  const std::vector<std::string> complaints = complaints_of(misdeed);
  for (const std::string& head : {on_btrfs, on_ext4}) {
    CAPTURE(head);
    CHECK(std::any_of(complaints.begin(), complaints.end(), [&](const std::string& complaint) {
      return complaint.starts_with("other " + head);
    }));
  }
}

}  // namespace

TEST_CASE("Plain memory of the filesystems that a task changes is refused") {
  CHECK(complaints_of([](auto&, auto&) {}).empty());
  check_noticed([](auto&, kernel::inode& inode) { inode.i_data.stable_writes = true; },
                "changed memory in no cell: kernel::btrfs::btrfs_inode+",
                "changed memory in no cell: kernel::ext4::ext4_inode_info+");
  // That others look at them does not depend on who made them.
  check_noticed(
      [](auto&, kernel::inode& inode) {
        kernel::folio& page = kernel::filemap_grab_folio(inode.i_data, 7);
        page.lock.unlock();
        inode.i_size.read_once();
        ++const_cast<kernel::pgoff_t&>(page.index);
      },
      "changed memory in no cell: kernel::folio+", "changed memory in no cell: kernel::folio+");
  // The list of inodes is plain: fixed once setup is done.
  check_noticed([](scenario::MountedFileSystem& mounted, auto&) { mounted.create_file("bar"); },
                "changed memory in no cell: scenario::", "changed memory in no cell: scenario::");
}

TEST_CASE("A task that looks at a ghost is named") {
  check_noticed(
      [](auto&, kernel::inode& inode) {
        kernel::folio& page = kernel::filemap_grab_folio(inode.i_data, 7);
        page.writeback_owed.peek();
        page.lock.unlock();
      },
      "read writeback_owed past its guard", "read writeback_owed past its guard");
}

TEST_CASE("No case of the scenarios changes a cell, or reads one, that it does not declare") {
  std::set<std::string_view> seen;
  for (const support::ScenarioFile& file : support::scenario_files()) {
    const scenario::Scenario scenario = scenario::read_scenario(file.path);
    for (const scenario::Case& the_case : scenario.cases) {
      CAPTURE(file.name);
      CAPTURE(the_case.name);
      for (const std::string& complaint : complaints_of(scenario, the_case)) {
        const std::string_view cell = known_read(complaint);
        if (cell.empty()) CHECK(complaint == "");
        seen.insert(cell);
      }
    }
  }
  for (const std::string_view cell : kKnown) {  // none stands there for nothing
    INFO(std::string(cell));
    CHECK(seen.contains(cell));
  }
}

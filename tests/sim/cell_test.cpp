#include "sim/cell.hpp"

#include <doctest/doctest.h>

#include "sim/execution.hpp"
#include "sim/strategies/depth_first.hpp"
#include "sim/sync/rw_semaphore.hpp"
#include "tests/support/exit_code.hpp"
#include "tests/support/programs.hpp"

namespace {

constexpr int kBug = 70;

struct Inode {
  sim::rw_semaphore i_rwsem{{"i_rwsem"}};
  sim::Guarded<int, sim::rw_semaphore> extents{i_rwsem, "extents", 1U, 0};
  sim::Marked<int> i_size{{"i_size"}, 1U, 0};
};

/// One task does this to an inode in a build that checks guards.
int exit_code_of(void (*act)(Inode&)) {
  return testing::exit_code_of([act] {
    testing::Start model([act](sim::Execution& execution) {
      Inode& inode = execution.make<Inode>();
      execution.spawn("task", [act, &inode] { act(inode); });
    });
    sim::ExecutionOptions options;
    options.check_guards = true;
    sim::Execution execution(options);
    sim::DepthFirst search;
    execution.run(model, search);
  });
}

}  // namespace

TEST_CASE("Cells are at hand under their lock") {
  CHECK(exit_code_of([](Inode& inode) {
          inode.i_rwsem.down_write();
          inode.extents.write() = 1;
          inode.i_size.write_once(inode.i_size.read_under(inode.i_rwsem) + 1);
          inode.i_rwsem.up_write();
        }) == 0);
  CHECK(exit_code_of([](Inode& inode) {
          inode.i_rwsem.down_read();
          inode.i_size.write_once(inode.extents.read() + inode.i_size.read_under(inode.i_rwsem));
          inode.i_rwsem.up_read();
        }) == 0);
}

TEST_CASE("A cell used without its lock is a bug") {
  CHECK(exit_code_of([](Inode& inode) { inode.i_size.write_once(inode.extents.read()); }) == kBug);
  CHECK(exit_code_of([](Inode& inode) {
          inode.i_rwsem.down_read();
          inode.extents.write() = 1;
        }) == kBug);
}

TEST_CASE("A look that relies on a lock which nobody holds is a bug") {
  CHECK(exit_code_of([](Inode& inode) {
          inode.i_size.write_once(inode.i_size.read_under(inode.i_rwsem) + 1);
        }) == kBug);
}

// The page cache alone, over a filesystem that keeps everything: tags, waiting, and what leaves it.
#include <functional>
#include <utility>

#include <doctest/doctest.h>

#include "core/kernel/errno.hpp"
#include "core/vfs/inode.hpp"
#include "sim/explore/optimal_dpor.hpp"
#include "sim/strategies/depth_first.hpp"

using namespace kernel;

namespace {

/// Counts what the page cache asks of its filesystem; folios are released unless `busy`.
struct Hooks final : address_space_operations {
  int writepages(address_space&, writeback_control&) override { return 0; }
  bool release_folio(folio&) override { return !busy; }
  void invalidate_folio(folio&) override { ++invalidated; }
  bool busy = false;
  int invalidated = 0;
};

struct Cached final : sim::Model {
  explicit Cached(std::function<void(Cached&)> test) : body(std::move(test)) {}
  void build(sim::Execution& execution) override {
    hooks = &execution.make<Hooks>();
    file = &execution.make<inode>(257, "foo", *hooks);
  }
  void start(sim::Execution& execution) override {
    execution.spawn("test", [this] { body(*this); });
  }
  folio& add(pgoff_t index, bool dirty) const {
    folio& page = filemap_grab_folio(file->i_data, index);
    if (dirty) filemap_dirty_folio(page);
    page.lock.unlock();
    return page;
  }

  std::function<void(Cached&)> body;
  Hooks* hooks = nullptr;
  inode* file = nullptr;
};

void run(std::function<void(Cached&)> test) {
  Cached model(std::move(test));
  sim::ExecutionOptions options;
  options.check_guards = true;
  sim::Execution execution(options);
  sim::DepthFirst only;
  CHECK(execution.run(model, only) == sim::Ending::quiescent);
  CHECK(execution.findings().empty());
}

}  // namespace

TEST_CASE("A folio is created once and found again") {
  run([](Cached& cached) {
    address_space& mapping = cached.file->i_data;
    CHECK(filemap_get_folio(mapping, 3) == nullptr);
    folio& page = cached.add(3, false);
    CHECK(filemap_get_folio(mapping, 3) == &page);
    CHECK(filemap_next_folio(mapping, 0, 3) == nullptr);
    CHECK(filemap_next_folio(mapping, 0, 4) == &page);
    CHECK(filemap_range_has_page(mapping, {4 * kPageSize - 1, 4 * kPageSize}));
    CHECK_FALSE(filemap_range_has_page(mapping, {4 * kPageSize, 5 * kPageSize}));
  });
}

TEST_CASE("The dirty tag goes with the start of writeback, the writeback tag with its end") {
  run([](Cached& cached) {
    address_space& mapping = cached.file->i_data;
    folio& page = cached.add(1, true);
    pgoff_t found = 0;
    CHECK(filemap_next_dirty(mapping, 0, 2, found));
    CHECK(found == 1);
    page.lock.lock();
    CHECK(folio_clear_dirty_for_io(page));
    CHECK_FALSE(folio_clear_dirty_for_io(page));
    folio_start_writeback(page, nullptr);
    page.lock.unlock();
    CHECK_FALSE(filemap_next_dirty(mapping, 0, 2, found));
    CHECK(mapping.writeback_tags.peek().count(1) == 1);
    folio_end_writeback(page);
    CHECK(mapping.writeback_tags.peek().empty());
    filemap_fdatawait_range(mapping, kWholeFile);
  });
}

TEST_CASE("Reclaim drops clean folios and skips dirty, locked and refused ones") {
  run([](Cached& cached) {
    address_space& mapping = cached.file->i_data;
    cached.add(0, false);
    cached.add(1, true);
    folio& locked = cached.add(2, false);
    locked.lock.lock();
    shrink_folio_list(mapping, kWholeFile);
    locked.lock.unlock();
    CHECK(mapping.i_pages.peek().size() == 2);
    CHECK(filemap_get_folio(mapping, 0) == nullptr);
    cached.hooks->busy = true;
    shrink_folio_list(mapping, kWholeFile);
    CHECK(mapping.i_pages.peek().size() == 2);
  });
}

TEST_CASE("Invalidation reports what would not go and drops the rest; truncation drops all of it") {
  run([](Cached& cached) {
    address_space& mapping = cached.file->i_data;
    cached.add(0, true);
    cached.add(1, false);
    CHECK(invalidate_inode_pages2_range(mapping, kWholeFile) == -EBUSY);
    CHECK(mapping.i_pages.peek().size() == 1);
    truncate_inode_pages_range(mapping, kWholeFile);
    CHECK(mapping.i_pages.peek().empty());
    CHECK(mapping.dirty_tags.peek().empty());
    CHECK(cached.hooks->invalidated == 1);
  });
}

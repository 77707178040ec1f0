// The measures of the page cache's invariants, on states that no kernel reaches.
#include <rapidcheck.h>

#include <algorithm>
#include <bitset>
#include <functional>
#include <utility>

#include <doctest/doctest.h>

#include "core/btrfs/check.hpp"
#include "core/btrfs/fs_info.hpp"
#include "core/btrfs/ordered_data.hpp"
#include "sim/strategies/depth_first.hpp"

using namespace kernel;
using namespace kernel::btrfs;

namespace {

/// An ordered extent, in pages; half-open.
struct Pages {
  pgoff_t begin;
  pgoff_t end;
  u64 left;  ///< that an ordered extent still counts
};

/// One file; nothing of it runs.
struct State final : sim::Model {
  explicit State(std::function<void(State&)> changes) : change(std::move(changes)) {}
  void build(sim::Execution& execution) override {
    info = &execution.make<btrfs_fs_info>(operations, Parameters{}, Fixes{});
    file = &execution.make<btrfs_inode>(*info, 257U, "foo");
  }
  void start(sim::Execution& execution) override {
    execution.spawn("test", [this] { change(*this); });
  }

  void cache(pgoff_t index, bool ordered) const {
    folio& page = sim::current().make<folio>(file->i_data, index, "foo");
    const sim::spin_guard guard(file->i_data.i_pages_lock);
    page.ordered.write() = ordered;
    file->i_data.i_pages.write()[index] = &page;
  }
  void tag(pgoff_t index, bool dirty) const {
    const sim::spin_guard guard(file->i_data.i_pages_lock);
    (dirty ? file->i_data.dirty_tags : file->i_data.writeback_tags).write().insert(index);
  }
  void order(const Pages& pages) const {
    const ByteRange range{pages.begin << kPageShift, pages.end << kPageShift};
    btrfs_ordered_extent& ordered =
        btrfs_alloc_ordered_extent(*file, range, range.start, BTRFS_ORDERED_REGULAR);
    const sim::spin_guard guard(file->ordered_tree_lock);
    ordered.bytes_left.write() = pages.left << kPageShift;
  }

  std::function<void(State&)> change;
  Operations operations;
  btrfs_fs_info* info = nullptr;
  btrfs_inode* file = nullptr;
};

/// What page_cache_invariants()[`invariant`] measures once `change` has run.
std::int64_t measure(std::size_t invariant, std::function<void(State&)> change) {
  State state(std::move(change));
  sim::Execution execution;
  sim::DepthFirst only;
  execution.run(state, only);
  return page_cache_invariants()[invariant].measure(state.file);
}

constexpr pgoff_t kPages = 8;
using Indices = std::bitset<kPages>;

Indices any() { return Indices(*rc::gen::inRange<u64>(0, u64{1} << kPages)); }

}  // namespace

TEST_CASE("Every tag without its folio in the page cache counts") {
  CHECK(rc::check([] {
    const Indices cached = any();
    const Indices dirty = any();
    const Indices writeback = any();
    const std::size_t missing = (dirty & ~cached).count() + (writeback & ~cached).count();
    RC_ASSERT(static_cast<std::int64_t>(missing) == measure(0, [&](State& state) {
                for (pgoff_t index = 0; index < kPages; ++index) {
                  if (cached[index]) state.cache(index, false);
                  if (dirty[index]) state.tag(index, true);
                  if (writeback[index]) state.tag(index, false);
                }
              }));
  }));
}

TEST_CASE("Every folio marked ordered counts that no ordered extent's bytes are left for") {
  CHECK(rc::check([] {
    const Indices marked = any();
    const Indices cached = marked | any();
    const pgoff_t cut = *rc::gen::inRange<pgoff_t>(2, 7);
    const Pages extents[] = {{1, cut, *rc::gen::inRange<u64>(0, 6)},
                             {cut, 7, *rc::gen::inRange<u64>(0, 6)}};
    u64 uncounted = marked.count();
    for (const Pages& extent : extents) {
      u64 inside = 0;
      for (pgoff_t index = extent.begin; index < extent.end; ++index) inside += marked[index];
      uncounted -= std::min(inside, extent.left);
    }
    RC_ASSERT(static_cast<s64>(uncounted << kPageShift) == measure(1, [&](State& state) {
                for (pgoff_t index = 0; index < kPages; ++index)
                  if (cached[index]) state.cache(index, marked[index]);
                for (const Pages& extent : extents) state.order(extent);
              }));
  }));
}

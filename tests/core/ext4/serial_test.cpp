// ext4 with one task at a time: what counters say after each operation, and operations that leave
// nothing behind.
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/scenario/world.hpp"
#include "sim/strategies/fixed_order.hpp"

namespace {

struct Fixed final : sim::Strategy {
  sim::TaskId next_task(const sim::Execution& execution) override {
    return sim::fixed_order(execution);
  }
  std::uint32_t choose(const sim::Execution&, const char*, std::uint32_t) override { return 0; }
};

using Counters = std::map<std::string, std::int64_t>;

struct Run {
  Counters counters;
  std::vector<std::string> findings;
};

/// The commands one after the other: the counters at rest, and every finding's signature.
Run run(const std::vector<std::string>& commands, const std::string& fs = "",
        const std::string& kernel = "") {
  std::string list;
  for (const std::string& command : commands)
    list += (list.empty() ? "\"" : ", \"") + command + "\"";
  const scenario::Scenario read = scenario::parse_scenario(
      R"({"fsweave": 1, "source": "serial", "fs": {"type": "ext4", "size": "1m")" + fs +
          R"(}, "tasks": {"user": ["open -f foo", )" + list + R"(]}, "cases": [{"name": "case")" +
          kernel + R"(, "search": "exhaustive", "expect": "never"}]})",
      "serial");
  scenario::World world(read, scenario::select_fixes(read, read.cases.front()));
  sim::ExecutionOptions options;
  options.check_guards = true;
  sim::Execution execution(options);
  Fixed fixed;
  REQUIRE(execution.run(world, fixed) == sim::Ending::quiescent);
  Run result;
  const auto names = world.counter_names();
  std::vector<std::int64_t> values(names.size());
  world.counters(values);
  for (std::size_t i = 0; i < names.size(); ++i) result.counters[names[i]] = values[i];
  for (const sim::Finding& finding : execution.findings())
    result.findings.push_back(finding.signature());
  return result;
}

const std::vector<std::string> kEmpty;
const std::string kEras[] = {"", R"(, "era": "ext4-6.10")"};

}  // namespace

TEST_CASE("A delayed block is counted three times, a written one charged and owned") {
  for (const std::string& era : kEras) {
    CAPTURE(era);
    const Run dirty = run({"pwrite 0 8k"}, "", era);
    CHECK(dirty.counters.at("resv") == 2);
    CHECK(dirty.counters.at("dirty") == 2);
    CHECK(dirty.counters.at("quota_rsv") == 2);
    CHECK(dirty.counters.at("free") == 256);
    CHECK(dirty.findings == kEmpty);
    const Run written = run({"pwrite 0 8k", "fsync"}, "", era);
    CHECK(written.counters.at("resv") == 0);
    CHECK(written.counters.at("dirty") == 0);
    CHECK(written.counters.at("quota_cur") == 2);
    CHECK(written.counters.at("quota_rsv") == 0);
    CHECK(written.counters.at("free") == 254);
    CHECK(written.counters.at("disk_written") == 2);
    CHECK(written.findings == kEmpty);
  }
}

TEST_CASE(
    "A cluster of a bigalloc filesystem is reserved once and pending beside a block on disk") {
  const std::string bigalloc = R"(, "cluster": "16k")";
  for (const std::string& era : kEras) {
    CAPTURE(era);
    // Blocks 0 and 1 share the first cluster, block 4 begins the second.
    const Run dirty = run({"pwrite 0 8k", "pwrite 16k 4k"}, bigalloc, era);
    CHECK(dirty.counters.at("resv") == 2);
    CHECK(dirty.counters.at("quota_rsv") == 8);
    CHECK(dirty.findings == kEmpty);
    const Run half = run({"pwrite 0 8k", "writeback foo 0 4k", "drain"}, bigalloc, era);
    CHECK(half.counters.at("resv") == 0);
    CHECK(half.counters.at("es_delayed") == 1);
    CHECK(half.counters.at("pending") == 1);
    CHECK(half.counters.at("quota_cur") == 4);
    CHECK(half.findings == kEmpty);
    const Run all = run({"pwrite 0 8k", "writeback foo 0 4k", "fsync", "umount"}, bigalloc, era);
    CHECK(all.counters.at("free") == 63);
    CHECK(all.counters.at("pending") == 0);
    CHECK(all.findings == kEmpty);
  }
}

TEST_CASE("Fallocate over delayed blocks takes their reservation, not their data") {
  for (const std::string& era : kEras) {
    CAPTURE(era);
    const Run both = run({"pwrite 0 4k", "falloc 0 8k"}, "", era);
    CHECK(both.counters.at("resv") == 0);
    CHECK(both.counters.at("quota_rsv") == 0);
    CHECK(both.counters.at("quota_cur") == 2);
    CHECK(both.counters.at("disk_unwritten") == 2);
    CHECK(both.findings == kEmpty);
    const Run written = run({"pwrite 0 4k", "falloc 0 8k", "fsync", "umount"}, "", era);
    CHECK(written.counters.at("disk_written") == 1);
    CHECK(written.counters.at("disk_unwritten") == 1);
    CHECK(written.findings == kEmpty);
  }
}

TEST_CASE("With dioread_nolock off writeback allocates written extents") {
  const Run run_off = run({"pwrite 0 4k", "writeback foo"}, R"(, "dioread_nolock": false)");
  CHECK(run_off.counters.at("disk_written") == 1);
  CHECK(run_off.findings == kEmpty);
}

TEST_CASE("A store through a mapping is delayed like a write and survives reclaim") {
  const Run stored = run({"truncate 8k", "mmap 0 8k", "mwrite 0 8k"});
  CHECK(stored.counters.at("resv") == 2);
  CHECK(stored.findings == kEmpty);
  const Run read = run({"truncate 8k", "mmap 0 8k", "mwrite 0 8k", "fsync", "reclaim foo",
                        "mread 0 8k", "mwrite 4k 4k", "fsync", "umount"});
  CHECK(read.counters.at("disk_written") == 2);
  CHECK(read.findings == kEmpty);
}

TEST_CASE("A store beyond the end of the file fails and leaves nothing") {
  const Run beyond = run({"truncate 4k", "mmap 0 8k", "mwrite 4k 4k"});
  CHECK(beyond.counters.at("resv") == 0);
  CHECK(beyond.findings == kEmpty);
}

TEST_CASE("A truncate gives back what was reserved, charged and owned") {
  for (const std::string& era : kEras) {
    for (const char* fs : {"", R"(, "cluster": "16k")"}) {
      CAPTURE(era);
      CAPTURE(std::string(fs));
      const Run gone = run({"pwrite 0 24k", "writeback foo 0 8k", "drain", "truncate 0"}, fs, era);
      for (const char* counter : {"resv", "dirty", "quota_rsv", "quota_cur", "pending"})
        CHECK(gone.counters.at(counter) == 0);
      CHECK(gone.findings == kEmpty);
      const Run tail =
          run({"pwrite 0 8k", "fsync", "truncate 5000", "truncate 8k", "fsync", "umount"}, fs, era);
      CHECK(tail.findings == kEmpty);
    }
  }
}

TEST_CASE("A cluster that loses its blocks on disk is reserved again for its delayed ones") {
  // Block 0 is on disk, block 1 delayed: pending. The truncate cannot reach block 0 alone, so the
  // delayed block is the one behind the cut.
  const Run run_all =
      run({"pwrite 4k 4k", "fsync", "pwrite 0 4k", "truncate 4k"}, R"(, "cluster": "16k")");
  CHECK(run_all.counters.at("resv") == 1);
  CHECK(run_all.counters.at("quota_rsv") == 4);
  CHECK(run_all.counters.at("quota_cur") == 0);
  CHECK(run_all.counters.at("pending") == 0);
  CHECK(run_all.findings == kEmpty);
}

TEST_CASE("-ENOSPC undoes the whole reservation") {
  const std::string full = R"(, "cluster": "1m")";
  const Run once = run({"pwrite 0 4k", "pwrite 1m 4k"}, full);
  CHECK(once.counters.at("resv") == 1);
  CHECK(once.counters.at("quota_rsv") == 256);
  CHECK(once.findings == kEmpty);
}

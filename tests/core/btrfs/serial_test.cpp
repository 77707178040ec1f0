// btrfs with one task at a time: the numbers of seeds/000's operations, and error paths that leave
// nothing behind.
#include <array>
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

/// Runs the commands one after the other: the counters after the last of them, at rest, and every
/// finding's signature.
struct Run {
  Counters counters;
  std::vector<std::string> findings;
};

Run run(const std::string& fs, const std::vector<std::string>& commands,
        const std::string& kernel = "") {
  std::string list;
  for (const std::string& command : commands)
    list += (list.empty() ? "\"" : ", \"") + command + "\"";
  const scenario::Scenario read =
      scenario::parse_scenario(R"({"fsweave": 1, "source": "serial", "fs": {"type": "btrfs")" + fs +
                                   R"(}, "setup": ["open -f foo"], "tasks": {"user": [)" + list +
                                   R"(]}, "cases": [{"name": "case")" + kernel +
                                   R"(, "search": "exhaustive", "expect": "never"}]})",
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
    if (finding.kind != sim::FindingKind::lock_order)
      result.findings.push_back(finding.signature());
  return result;
}

const std::string kWrite = "foo: pwrite 600030 27288";
const std::string kDirect = "foo: pwrite -d 610304 106496";

void check_counters(const Counters& counters, std::int64_t rsv_data, std::int64_t may_use,
                    std::int64_t reserved, std::int64_t used) {
  CHECK(counters.at("rsv_data") == rsv_data);
  CHECK(counters.at("may_use") == may_use);
  CHECK(counters.at("reserved") == reserved);
  CHECK(counters.at("used") == used);
}

const std::vector<std::string> kEmpty;

}  // namespace

// Read off Linux 6.18 (rsv_data, bytes_may_use, bytes_reserved, bytes_used after each operation).
TEST_CASE("The operations of seeds/000 on a nodatacow file count as the running kernel did") {
  const std::string fs = R"(, "nodatacow": true)";
  check_counters(run(fs, {kWrite}).counters, 32768, 32768, 0, 0);
  check_counters(run(fs, {kWrite, kDirect}).counters, 118784, 12288, 106496, 0);
  check_counters(run(fs, {kWrite, kDirect, "foo: fsync"}).counters, 118784, 0, 118784, 0);
  const Run last = run(fs, {kWrite, kDirect, "foo: fsync", "sync"});
  check_counters(last.counters, 0, 0, 0, 118784);
  CHECK(last.findings == kEmpty);
}

TEST_CASE("On a file with checksums the direct write goes through the page cache") {
  const Run direct = run("", {kWrite, kDirect});
  // 32K dirty of the write and 104K of the direct one, 20K of them shared: [584K, 700K).
  CHECK(direct.counters.at("rsv_data") == 118784);
  const Run last = run("", {kWrite, kDirect, "sync"});
  CHECK(last.counters.at("rsv_data") == 0);
  CHECK(last.findings == kEmpty);
}

TEST_CASE("Today and on Linux 6.9 nothing of the direct write leaks") {
  for (const char* kernel : {"", R"(, "era": "btrfs-6.9")"}) {
    CAPTURE(std::string(kernel));
    const Run last = run("", {kWrite, kDirect, "sync", "umount"}, kernel);
    CHECK(last.counters.at("rsv_data") == 0);
    CHECK(last.counters.at("reserved") == 0);
    CHECK(last.findings == kEmpty);
  }
}

// A user task that goes on while it can leaves its kworkers behind: the order of 7dbeaad0's commit
// message.
TEST_CASE("Before 7dbeaad0 the user task alone outruns the completion and leaks 20480 bytes") {
  const Run last = run("", {kWrite, kDirect, "sync", "umount"}, R"(, "era": "btrfs-5.9")");
  CHECK(last.counters.at("rsv_data") == 20480);
  bool printed = false;
  for (const std::string& finding : last.findings)
    printed = printed || finding.find("qgroup 0/5 has unreleased space, type 0 rsv 20480") !=
                             std::string::npos;
  CHECK(printed);
  const Run fixed =
      run("", {kWrite, kDirect, "sync", "umount"},
          R"(, "era": "btrfs-5.9", "fixes": {"qgroup_data_owner": "ordered_extent"})");
  CHECK(fixed.counters.at("rsv_data") == 0);
}

TEST_CASE("-EDQUOT undoes the whole reservation") {
  const Run over = run(R"(, "limit": "20k")", {"foo: pwrite 0 4k", "foo: pwrite 4k 4k"});
  // The second write flushed and committed the first, then met the limit: 16K of tree root and 4K
  // of data.
  check_counters(over.counters, 0, 0, 0, 4096);
  CHECK(over.counters.at("bits") == 0);
  CHECK(over.findings == kEmpty);
  const Run direct = run(R"(, "limit": "20k", "nodatacow": true)", {"foo: pwrite -d 0 8k"});
  check_counters(direct.counters, 0, 0, 0, 0);
  CHECK(direct.counters.at("bits") == 0);
  CHECK(direct.findings == kEmpty);
}

TEST_CASE("-ENOSPC undoes the whole reservation") {
  for (const char* direct : {"", "-d "}) {
    const std::string write = std::string("foo: pwrite ") + direct;
    CAPTURE(write);
    const Run full = run(R"(, "size": "8k", "nodatacow": true)",
                         {write + "0 4k", write + "16k 4k", write + "24k 4k", "sync"});
    check_counters(full.counters, 0, 0, 0, 8192);
    CHECK(full.counters.at("bits") == 0);
    CHECK(full.findings == kEmpty);
  }
}

TEST_CASE("A rewrite of dirty bytes is charged once") {
  const Run twice = run("", {"foo: pwrite 0 8k", "foo: pwrite 4k 8k"});
  check_counters(twice.counters, 12288, 12288, 0, 0);
  CHECK(twice.counters.at("bits") == 12288);
  CHECK(twice.findings == kEmpty);
}

TEST_CASE("A truncate gives the reservations of dirty bytes back") {
  const Run cut = run("", {"foo: pwrite 0 12k", "foo: truncate 4k"});
  check_counters(cut.counters, 4096, 4096, 0, 0);
  const Run gone = run("", {"foo: pwrite 0 12k", "foo: truncate 0", "umount"});
  check_counters(gone.counters, 0, 0, 0, 0);
  CHECK(gone.findings == kEmpty);
}

TEST_CASE("A truncate into a block keeps that block's reservation") {
  const Run cut = run("", {"foo: pwrite 0 12k", "foo: truncate 5000"});
  check_counters(cut.counters, 8192, 8192, 0, 0);
  CHECK(cut.findings == kEmpty);
}

TEST_CASE("A truncated ordered extent whose folios were still dirty inserts what was written") {
  // Writeback of the first folio makes one ordered extent of both; the second folio is cut off
  // before it is written.
  const Run cut =
      run("", {"foo: pwrite 0 8k", "writeback foo 0 4k", "foo: truncate 4k", "sync", "umount"});
  check_counters(cut.counters, 0, 0, 0, 8192);
  CHECK(cut.findings == kEmpty);
}

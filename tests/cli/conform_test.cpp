#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "cli/conform/btrfs_image.hpp"
#include "cli/conform/compare.hpp"
#include "cli/conform/kernel_run.hpp"
#include "cli/conform/recording.hpp"

namespace conform {
namespace {

const std::string kDirectory = std::string(FSWEAVE_SOURCE_ROOT) + "/tests/data/kernel/";

std::string text_of(const std::string& name) {
  std::ifstream file(kDirectory + name);
  REQUIRE(file.is_open());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Recording nodatacow() {
  return parse_recording(text_of("btrfs-seed000-nodatacow-6.18.ftrace.txt"));
}
Recording datasum() { return parse_recording(text_of("btrfs-seed000-datasum-6.18.ftrace.txt")); }

/// In the order in which markers have them.
Counters of_btrfs(int rsv_data, int referenced, int may_use, int reserved, int used) {
  return {{"rsv_data", std::to_string(rsv_data)},
          {"referenced", std::to_string(referenced)},
          {"may_use", std::to_string(may_use)},
          {"reserved", std::to_string(reserved)},
          {"used", std::to_string(used)}};
}

Recording one_line(const std::string& line) { return parse_recording(line + "\n"); }

Event& first_event(Recording& recording, std::size_t op, const std::string& name) {
  auto& events = recording.ops[op].events;
  const auto found = std::find_if(events.begin(), events.end(),
                                  [&](const Event& event) { return event.name == name; });
  REQUIRE(found != events.end());
  return *found;
}

std::size_t index_of(const Recording& recording, std::size_t op, const std::string& name) {
  const auto& events = recording.ops[op].events;
  const auto found = std::find_if(events.begin(), events.end(),
                                  [&](const Event& event) { return event.name == name; });
  return static_cast<std::size_t>(found - events.begin());
}

void replace_field(Event& event, const std::string& key, const std::string& value) {
  for (auto& [name, old] : event.fields)
    if (name == key) old = value;
}

/// Operations of the recordings, by index.
constexpr std::size_t kWrite = 2;
constexpr std::size_t kDwrite = 3;
constexpr std::size_t kFsync = 4;
constexpr std::size_t kSync = 5;

TEST_CASE("the counters of the recorded nodatacow run are those of the observed table") {
  const auto recording = nodatacow();
  CHECK(recording.skipped_lines == 0);
  CHECK(recording.trailing.empty());
  const std::vector<std::pair<std::string, Counters>> expected = {
      {"start", of_btrfs(0, 16384, 0, 0, 0)},
      {"creat", of_btrfs(0, 16384, 0, 0, 0)},
      {"write f0 [600030,27288]", of_btrfs(32768, 16384, 32768, 0, 0)},
      {"dwrite f0 [610304,106496]", of_btrfs(118784, 16384, 12288, 106496, 0)},
      {"fsync", of_btrfs(118784, 16384, 0, 118784, 0)},
      {"sync", of_btrfs(0, 135168, 0, 0, 118784)},
  };
  REQUIRE(recording.ops.size() == expected.size());
  for (std::size_t op = 0; op < expected.size(); ++op) {
    CHECK(recording.ops[op].marker == expected[op].first);
    CHECK(recording.ops[op].counters == expected[op].second);
    CHECK(recording.ops[op].task == "python3-11250");
  }
}

TEST_CASE("the recorded datasum run reads without a line left over") {
  const auto recording = datasum();
  CHECK(recording.skipped_lines == 0);
  REQUIRE(recording.ops.size() == 6);
  CHECK(recording.ops[kDwrite].counters == of_btrfs(118784, 16384, 12288, 106496, 0));
  CHECK(recording.ops[kSync].counters == of_btrfs(0, 135168, 0, 0, 118784));
}

TEST_CASE("eight pages are reserved by the recorded buffered write") {
  const auto recording = nodatacow();
  const auto& events = recording.ops[kWrite].events;
  const auto reserves = std::count_if(events.begin(), events.end(), [](const Event& event) {
    return event.name == "btrfs_qgroup_reserve_data" && event.field("len") == "4096";
  });
  CHECK(reserves == 8);
}

TEST_CASE("a line is read whatever its task is called and whether it has flags") {
  const std::string tail = " 12.5: btrfs_transaction_commit: FSID: root=1(ROOT_TREE) gen=14";
  for (const std::string head : {"a b-c-7 [000] .....", "[0] x-1 [2]-7 [000] d..1", "<...>-7 [001]",
                                 "Web Content-7  (  99) [001] .N..."}) {
    CAPTURE(head);
    const auto recording = one_line(head + tail);
    REQUIRE(recording.trailing.size() == 1);
    CHECK(recording.trailing[0].task.ends_with("-7"));
    CHECK(recording.trailing[0].name == "btrfs_transaction_commit");
    CHECK(recording.trailing[0].field("gen") == "14");
  }
}

TEST_CASE("fields are found by key in every form that tracepoints print") {
  Event space;
  parse_fields("FSID: space_info: 1 reserve 4096", space);
  CHECK(space.field("space_info") == "1");
  CHECK(space.field("reserve") == "4096");
  Event direct;
  parse_fields("dev 0:39 ino 0x102 size 0x99276 flags  dio_flags DIO_PARTIAL aio 0", direct);
  CHECK(direct.field("size") == "0x99276");
  CHECK(direct.field("flags") == "");
  CHECK(direct.field("dio_flags") == "DIO_PARTIAL");
  CHECK(direct.field("aio") == "0");
  Event uuid;
  parse_fields("0ad2ae6e-665f-4b02-9a99-88bccb7ecc9d: type=DATA old=0 diff=-4096", uuid);
  CHECK(uuid.fields.size() == 3);
  CHECK(uuid.field("diff") == "-4096");
  CHECK_FALSE(uuid.field("new").has_value());
}

TEST_CASE("numbers are read as a whole or not at all") {
  CHECK(parse_number("0x1a000") == 106496);
  CHECK(parse_number("-122") == -122);
  for (const std::string text : {"", "-", "0x", "--1", "12a", "0x-1", "18446744073709551615", " 1"})
    CHECK_FALSE(parse_number(text).has_value());
}

TEST_CASE("hostile lines are counted and do no harm") {
  const std::vector<std::string> lines = {
      "[",
      "]",
      "[[[[[[[[",
      "x-1 [000]",
      "x-1 [000] ..... 1.2:",
      "x-1 [000] ..... 1.2: ",
      "x-1 [000] ..... 1.2: :",
      "x-1 [000] ..... 1.2 event: a=b",
      "x-1 [000] ..... .: event: a=b",
      "x-1 [] ..... 1.2: event: a=b",
      "x- [000] ..... 1.2: event: a=b",
      "-[000] 1.2: event: a=b",
      "x-1 [000] ..... 1.2: two words: a=b",
      std::string("\0\0\0", 3),
      std::string(100000, '['),
      std::string(100000, '-'),
  };
  for (const auto& line : lines) {
    CAPTURE(line.substr(0, 60));
    const auto recording = one_line(line);
    CHECK(recording.skipped_lines == 1);
    CHECK(recording.trailing.empty());
    CHECK(recording.ops.empty());
  }
}

TEST_CASE("a recording that is cut at any byte of its last lines is read up to there") {
  const auto text = text_of("btrfs-seed000-nodatacow-6.18.ftrace.txt");
  for (std::size_t length = text.size() - 600; length < text.size(); ++length) {
    const auto recording = parse_recording(std::string_view(text).substr(0, length));
    CHECK(recording.ops.size() >= 5);
    CHECK(recording.skipped_lines <= 1);
  }
}

TEST_CASE("a marker with half its counters has none") {
  const auto recording =
      one_line("x-1 [000] ..... 1.2: tracing_mark_write: sync: rsv_data=0 used=1");
  REQUIRE(recording.ops.size() == 1);
  CHECK_FALSE(recording.ops[0].counters.has_value());
}

TEST_CASE("a recording survives being written and read again") {
  for (const auto& recording : {nodatacow(), datasum()}) {
    const auto again = parse_recording(format_recording(recording));
    CHECK(again.skipped_lines == 0);
    CHECK(format_recording(again) == format_recording(recording));
    CHECK(compare(recording, again).equal());
  }
}

TEST_CASE("a recording equals itself, and metadata is left out of the comparison") {
  const auto recording = nodatacow();
  const auto comparison = compare(recording, recording);
  CHECK(comparison.equal());
  CHECK(comparison.counters == 6);
  CHECK(comparison.metadata_events > 0);
  // Counted by hand in the text of the recording: four for each of eight pages in the write, 37 in
  // the dwrite, 9 in the fsync, 7 in the sync.
  CHECK(comparison.events == 8 * 4 + 37 + 9 + 7);
}

TEST_CASE("the two kinds of file are told apart by the first event of the direct write") {
  const auto comparison = compare(nodatacow(), datasum());
  REQUIRE_FALSE(comparison.equal());
  CHECK(comparison.differences[0].where == "dwrite f0 [610304,106496], task");
  CHECK(comparison.differences[0].kernel.starts_with("iomap_dio_rw_begin size=627318"));
  CHECK(comparison.differences[0].model.starts_with("update_bytes_may_use"));
}

TEST_CASE("a changed counter is found, and the report shows both sides") {
  auto model = nodatacow();
  model.ops[kDwrite].counters->at(0).second = "139264";
  const auto comparison = compare(nodatacow(), model);
  REQUIRE(comparison.differences.size() == 1);
  CHECK(comparison.differences[0].where == "dwrite f0 [610304,106496], counters");
  const auto report = format_comparison(comparison);
  CHECK(report.find("kernel: rsv_data=118784 ") != std::string::npos);
  CHECK(report.find("model:  rsv_data=139264 ") != std::string::npos);
}

TEST_CASE("two events of the task in the other order are found") {
  auto model = nodatacow();
  auto& events = model.ops[kFsync].events;
  const auto release = index_of(model, kFsync, "btrfs_qgroup_release_data");
  std::swap(events[release], events[release + 1]);
  const auto comparison = compare(nodatacow(), model);
  REQUIRE(comparison.differences.size() == 1);
  CHECK(comparison.differences[0].where == "fsync, task");
  CHECK(comparison.differences[0].kernel.starts_with("btrfs_qgroup_release_data start=598016"));
  CHECK(comparison.differences[0].model.starts_with("btrfs_ordered_extent_add"));
}

TEST_CASE("a missing event, an event more and a changed field are found") {
  const auto kernel = nodatacow();
  auto missing = kernel;
  auto& sync = missing.ops[kSync].events;
  sync.erase(sync.begin() +
             static_cast<std::ptrdiff_t>(index_of(kernel, kSync, "btrfs_transaction_commit")));
  CHECK(compare(kernel, missing).differences.at(0).what.ends_with("the model lacks an event"));
  CHECK(compare(missing, kernel).differences.at(0).what.ends_with("the model has an event more"));

  auto changed = kernel;
  replace_field(first_event(changed, kDwrite, "btrfs_ordered_extent_add"), "len", "32768");
  const auto comparison = compare(kernel, changed);
  REQUIRE_FALSE(comparison.equal());
  CHECK(comparison.differences[0].what.ends_with("the field len differs"));
}

TEST_CASE(
    "a field that the model does not give differs, one that the kernel's line lost does not") {
  const auto recording = nodatacow();
  auto poorer = recording;
  first_event(poorer, kWrite, "btrfs_qgroup_reserve_data").fields.pop_back();
  CHECK(compare(recording, poorer).differences.at(0).what.ends_with("the field op differs"));
  const auto comparison = compare(poorer, recording);
  CHECK(comparison.equal());
  CHECK(comparison.fields_not_recorded == 1);
}

TEST_CASE("inode numbers, disk addresses and task names of another run make no difference") {
  auto model = nodatacow();
  for (auto& op : model.ops) {
    op.task = "writer";
    for (auto& event : op.events) {
      const bool is_task = event.task == "python3-11250";
      event.task = is_task ? "writer" : "kworker/finish_ordered";
      replace_field(event, "ino", "5");
      const bool has_address =
          event.name.starts_with("btrfs_ordered_extent_") ||
          (event.name == "btrfs_reserve_extent" && event.field("flags") == "1(DATA)");
      if (has_address)
        replace_field(event, "start", std::to_string(*parse_number(*event.field("start")) + 4096));
      const auto bytenr = parse_number(event.field("bytenr").value_or(""));
      if (bytenr && *bytenr < 20000000)
        replace_field(event, "bytenr", std::to_string(*bytenr + 4096));
    }
  }
  const auto comparison = compare(nodatacow(), model);
  CHECK_MESSAGE(comparison.equal(), format_comparison(comparison));
}

TEST_CASE("where a worker's event falls between those of the task makes no difference") {
  auto model = nodatacow();
  auto& events = model.ops[kDwrite].events;
  const auto from = index_of(model, kDwrite, "btrfs_ordered_extent_remove");
  const auto to = index_of(model, kDwrite, "btrfs_ordered_extent_mark_finished") + 1;
  REQUIRE(to < from);
  std::rotate(events.begin() + static_cast<std::ptrdiff_t>(to),
              events.begin() + static_cast<std::ptrdiff_t>(from),
              events.begin() + static_cast<std::ptrdiff_t>(from) + 1);
  CHECK(compare(nodatacow(), model).equal());
}

TEST_CASE("an ordered extent added before the one that it overlaps is removed breaks the order") {
  auto model = nodatacow();
  auto& events = model.ops[kDwrite].events;
  const auto remove = index_of(model, kDwrite, "btrfs_ordered_extent_remove");
  const auto second_add = static_cast<std::size_t>(
      std::find_if(events.begin() + static_cast<std::ptrdiff_t>(remove), events.end(),
                   [](const Event& event) { return event.name == "btrfs_ordered_extent_add"; }) -
      events.begin());
  std::rotate(events.begin() + static_cast<std::ptrdiff_t>(remove),
              events.begin() + static_cast<std::ptrdiff_t>(remove) + 1,
              events.begin() + static_cast<std::ptrdiff_t>(second_add) + 1);
  const auto comparison = compare(nodatacow(), model);
  REQUIRE_FALSE(comparison.equal());
  CHECK(comparison.differences[0].where == "dwrite f0 [610304,106496], order on the model's side");
  CHECK(comparison.differences[0].what ==
        "an ordered extent is added at 610304 while that of [610304,630784) is not removed");
}

TEST_CASE("what a worker does beside completions is compared in its order") {
  const std::string head = "kworker/u8:1-9 [000] ..... 1.0: ";
  const std::string first = head + "update_bytes_may_use: FSID: type=DATA old=4096 diff=-4096\n";
  const std::string second =
      head + "btrfs_qgroup_release_data: FSID: start=0 len=4096 reserved=4096 op=release\n";
  const std::string marker = "x-1 [000] ..... 1.0: tracing_mark_write: sync\n";
  const auto kernel = parse_recording(first + second + marker);
  CHECK(compare(kernel, kernel).events == 2);
  const auto comparison = compare(kernel, parse_recording(second + first + marker));
  REQUIRE(comparison.differences.size() == 1);
  CHECK(comparison.differences[0].where == "sync, worker");
}

TEST_CASE("a direct write that completes before its bios breaks the order") {
  auto model = nodatacow();
  auto& events = model.ops[kDwrite].events;
  const auto complete = index_of(model, kDwrite, "iomap_dio_complete");
  const auto begin = index_of(model, kDwrite, "iomap_iter");
  std::size_t last_add = begin;
  for (std::size_t i = begin; i < complete; ++i)
    if (events[i].name == "btrfs_ordered_extent_add") last_add = i;
  std::rotate(events.begin() + static_cast<std::ptrdiff_t>(last_add) + 1,
              events.begin() + static_cast<std::ptrdiff_t>(complete),
              events.begin() + static_cast<std::ptrdiff_t>(complete) + 1);
  // The task's last space_reservation is of metadata: its own lane stays as it was.
  const auto comparison = compare(nodatacow(), model);
  REQUIRE_FALSE(comparison.equal());
  CHECK(comparison.differences[0].what.starts_with(
      "the direct write completes before its ordered extent"));
}

TEST_CASE("recordings of other operations are not compared further") {
  auto model = nodatacow();
  model.ops[kDwrite].marker += " = EDQUOT";
  const auto comparison = compare(nodatacow(), model);
  REQUIRE(comparison.differences.size() == 1);
  CHECK(comparison.differences[0].where == "dwrite f0 [610304,106496], operation");
  model = nodatacow();
  model.ops.pop_back();
  CHECK(compare(nodatacow(), model).differences.at(0).model == "(nothing)");
  CHECK(compare(Recording{}, Recording{}).equal());
}

TEST_CASE("a recording is shown by lane, with disk addresses relative to the first") {
  const auto shown = format_modelled(nodatacow());
  CHECK(shown.starts_with("start: rsv_data=0 referenced=16384 may_use=0 reserved=0 used=0\n"));
  CHECK(shown.find("  task: btrfs_qgroup_release_data start=598016 len=12288 reserved=12288 "
                   "op=release\n") != std::string::npos);
  CHECK(shown.find("  completion: btrfs_ordered_extent_remove file_offset=630784 start=20480 "
                   "len=86016\n") != std::string::npos);
}

TEST_CASE("the markers of the seed's operations are those of the recordings") {
  const auto recording = nodatacow();
  const auto operations = workload_of(Target::nodatacow).operations;
  REQUIRE(recording.ops.size() == operations.size() + 1);
  for (std::size_t i = 0; i < operations.size(); ++i)
    CHECK(operations[i].marker() == recording.ops[i + 1].marker);
}

TEST_CASE("only markers and the events of one file system stay in a filtered trace") {
  const std::string id = "0ad2ae6e-665f-4b02-9a99-88bccb7ecc9d";
  const std::string kept =
      "x-1 [000] ..... 1.0: tracing_mark_write: sync\n"
      "x-1 [000] ..... 1.0: iomap_dio_rw_begin: dev 0:39 ino 0x1\n";
  const auto filtered =
      filter_btrfs_trace("# header\n" + kept +
                             "x-1 [000] ..... 1.0: iomap_dio_rw_begin: dev 0:3 ino 0x1\n"
                             "x-1 [000] ..... 1.0: e: 1ad2ae6e-665f-4b02-9a99-88bccb7ecc9d: a=1\n"
                             "x-1 [000] ..... 1.0: e: " +
                             id + ": a=1",
                         id, "0:39");
  CHECK(filtered == kept + "x-1 [000] ..... 1.0: e: FSID: a=1\n");
}

TEST_CASE("this kernel does as the recorded one did" * doctest::test_suite("long")) {
  for (const auto target : {Target::nodatacow, Target::datasum}) {
    const auto run = run_on_kernel(workload_of(target));
    REQUIRE_MESSAGE(run.outcome != KernelRun::Outcome::failed, run.reason);
    if (run.outcome == KernelRun::Outcome::skipped) {
      MESSAGE("skipped: " << run.reason);
      return;
    }
    const auto recorded = target == Target::nodatacow ? nodatacow() : datasum();
    const auto comparison = compare(recorded, run.recording);
    CHECK_MESSAGE(comparison.equal(), format_comparison(comparison));
  }
}

}  // namespace
}  // namespace conform

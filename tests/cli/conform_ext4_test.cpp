#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "cli/conform/compare.hpp"
#include "cli/conform/ext4_image.hpp"
#include "cli/conform/kernel_run.hpp"
#include "cli/conform/model_run.hpp"
#include "cli/conform/recording.hpp"
#include "cli/conform/tracepoint_text.hpp"

namespace conform {
namespace {

Recording recorded(Target target) {
  const std::string name = target == Target::ext4 ? "ext4-6.18" : "ext4-bigalloc-6.18";
  std::ifstream file(std::string(FSWEAVE_SOURCE_ROOT) + "/tests/data/kernel/" + name +
                     ".ftrace.txt");
  REQUIRE(file.is_open());
  std::ostringstream text;
  text << file.rdbuf();
  return parse_recording(text.str());
}

Op& operation(Recording& recording, const std::string& marker, std::size_t number = 0) {
  for (Op& op : recording.ops)
    if (op.marker == marker && number-- == 0) return op;
  FAIL("no operation " << marker);
  return recording.ops.front();
}

std::vector<Event>::iterator event_of(Op& op, const std::string& name) {
  const auto found = std::find_if(op.events.begin(), op.events.end(),
                                  [&](const Event& event) { return event.name == name; });
  REQUIRE(found != op.events.end());
  return found;
}

std::string delayed_after(Recording& recording, const std::string& marker) {
  return operation(recording, marker).counters.value().at(0).second;
}

constexpr std::array kBoth = {Target::ext4, Target::ext4_bigalloc};

TEST_CASE("the model does what the kernel was recorded to do, without bigalloc and with it") {
  for (const Target target : kBoth) {
    const auto kernel = recorded(target);
    CHECK(kernel.skipped_lines == 0);
    REQUIRE(kernel.ops.size() == workload_of(target).operations.size() + 1);
    const auto comparison = compare(kernel, record_model(workload_of(target)));
    CHECK_MESSAGE(comparison.equal(), format_comparison(comparison));
    CHECK(comparison.counters == kernel.ops.size() - 1);  // none after umount
    CHECK(comparison.fields_not_recorded == 0);
  }
}

TEST_CASE("delayed blocks are promised one by one, or in whole clusters of four") {
  // Blocks 1 and 2 share a cluster; 5 has one of its own, until falloc allocates both.
  auto single = recorded(Target::ext4);
  CHECK(delayed_after(single, "write f0 [4096,8192]") == "2");
  CHECK(delayed_after(single, "write f0 [20480,4096]") == "3");
  CHECK(delayed_after(single, "falloc f0 [12288,8192]") == "3");
  CHECK(delayed_after(single, "fsync") == "0");
  auto clusters = recorded(Target::ext4_bigalloc);
  CHECK(delayed_after(clusters, "write f0 [4096,8192]") == "4");
  CHECK(delayed_after(clusters, "write f0 [20480,4096]") == "8");
  CHECK(delayed_after(clusters, "falloc f0 [12288,8192]") == "0");
  CHECK(delayed_after(clusters, "mwrite f0 [0,4096]") == "0");
  CHECK(delayed_after(clusters, "write f0 [24576,4096]") == "4");
  CHECK(delayed_after(clusters, "write f0 [36864,8192]") == "8");
}

TEST_CASE("extents are shown by block, count and state, wherever they lie") {
  CHECK(format_extents({}) == "none");
  CHECK(format_extents({{1, 2, 'W'}, {3, 1, 'W'}, {4, 1, 'U'}, {6, 1, 'U'}, {7, 2, 'D'}}) ==
        "1+3W,4+1U,6+1U,7+2D");
  auto kernel = recorded(Target::ext4);
  CHECK(operation(kernel, "falloc f0 [12288,8192]").counters.value().at(1).second ==
        "1+2D,3+2U,5+1D");
}

TEST_CASE("an extent in another state is found") {
  auto model = recorded(Target::ext4);
  operation(model, "fzero f0 [4096,4096]").counters->at(1).second = "0+4W";
  const auto comparison = compare(recorded(Target::ext4), model);
  REQUIRE(comparison.differences.size() == 1);
  CHECK(comparison.differences[0].where == "fzero f0 [4096,4096], counters");
}

TEST_CASE("a reservation behind the insertion that it belongs to is found") {
  auto model = recorded(Target::ext4);
  auto& op = operation(model, "write f0 [20480,4096]");
  std::iter_swap(event_of(op, "ext4_da_reserve_space"),
                 event_of(op, "ext4_es_insert_delayed_extent"));
  const auto comparison = compare(recorded(Target::ext4), model);
  REQUIRE(comparison.differences.size() == 1);
  CHECK(comparison.differences[0].kernel.starts_with("ext4_da_reserve_space"));
}

TEST_CASE("what is cached is compared, how recently it was used is not") {
  auto model = recorded(Target::ext4);
  auto& op = operation(model, "write f0 [20480,4096]");
  auto& fields = event_of(op, "ext4_es_lookup_extent_exit")->fields;
  const auto status = std::find_if(fields.begin(), fields.end(),
                                   [](const auto& field) { return field.first == "status"; });
  REQUIRE(status != fields.end());
  CHECK(status->second == "H");
  status->second = "W";
  CHECK(compare(recorded(Target::ext4), model).differences.at(0).what.ends_with("status differs"));
}

TEST_CASE("fsync that ends before a conversion breaks the order") {
  auto model = recorded(Target::ext4);
  auto& op = operation(model, "fsync");
  const auto exit = event_of(op, "ext4_sync_file_exit");
  const auto worker = std::find_if(op.events.begin(), op.events.end(), [](const Event& event) {
    return event.task.starts_with("kworker");
  });
  REQUIRE(worker < exit);
  std::rotate(worker, exit, exit + 1);
  const auto comparison = compare(recorded(Target::ext4), model);
  REQUIRE(comparison.differences.size() == 1);
  CHECK(comparison.differences[0].what == "fsync ends before block 1 is converted");
}

TEST_CASE("the end of one conversion before another's makes no difference") {
  auto model = recorded(Target::ext4);
  auto& op = operation(model, "fsync");
  std::stable_partition(op.events.begin(), op.events.end(), [](const Event& event) {
    return !event.task.starts_with("kworker") && event.name != "ext4_sync_file_exit";
  });
  const auto block_5 = [](const Event& event) {
    return event.task.starts_with("kworker") &&
           (event.field("lblk") == "5" || event.field("es") == "[5/1)");
  };
  const auto first = std::find_if(op.events.begin(), op.events.end(), [](const Event& event) {
    return event.task.starts_with("kworker");
  });
  REQUIRE(std::count_if(first, op.events.end(), block_5) > 0);
  std::stable_partition(first, op.events.end(), block_5);
  CHECK(compare(recorded(Target::ext4), model).equal());
}

TEST_CASE("tracepoints that print values without keys are read") {
  CHECK(with_every_key("ext4_es_lookup_extent_exit", "dev 7,0 ino 12 found 1 [2/3) 0 HR") ==
        "dev 7,0 ino 12 found 1 es [2/3) mapped 0 status H");
  CHECK(with_every_key("ext4_es_lookup_extent_exit", "dev 7,0 ino 12 found 0 [0/0) 0 ") ==
        "dev 7,0 ino 12 found 0 es [0/0) mapped 0 status ");
  CHECK(with_every_key("ext4_es_lookup_extent_exit", "found=1 es=[2/3) status=H") ==
        "found=1 es=[2/3) status=H");
  for (const std::string hostile : {"", "[", " [", " [2/3)", ") [", " [2/3) "})
    CHECK_NOTHROW(with_every_key("ext4_es_lookup_extent_exit", hostile));
  CHECK(with_every_key("ext4_da_reserve_space", "reserve_blocks 1reserved_data_blocks 2") ==
        "reserve_blocks 1 reserved_data_blocks 2");
  CHECK(tracepoint_of_today("ext4_es_insert_delayed_block") == "ext4_es_insert_delayed_extent");
}

TEST_CASE("only markers and the events of one inode stay in a filtered trace") {
  const std::string marker = "x-1 [000] ..... 1.0: tracing_mark_write: fsync\n";
  const std::string ours = "x-1 [000] ..... 1.0: ext4_punch_hole: dev 7,0 ino 12 offset 0\n";
  const std::string others =
      "x-1 [000] ..... 1.0: ext4_punch_hole: dev 7,0 ino 123 offset 0\n"
      "x-1 [000] ..... 1.0: ext4_punch_hole: dev 7,1 ino 12 offset 0\n";
  CHECK(filter_ext4_trace("# head\n" + marker + others + ours, "7,0", 12) == marker + ours);
}

TEST_CASE("a recording of ext4 survives being written and read again") {
  const auto recording = recorded(Target::ext4_bigalloc);
  const auto again = parse_recording(format_recording(recording));
  CHECK(format_recording(again) == format_recording(recording));
  CHECK(compare(recording, again).equal());
}

TEST_CASE("this kernel does as the model does, on ext4" * doctest::test_suite("long")) {
  for (const Target target : kBoth) {
    const auto run = run_on_kernel(workload_of(target));
    REQUIRE_MESSAGE(run.outcome != KernelRun::Outcome::failed, run.reason);
    if (run.outcome == KernelRun::Outcome::skipped) {
      MESSAGE("skipped: " << run.reason);
      return;
    }
    const auto comparison = compare(run.recording, record_model(workload_of(target)));
    CHECK_MESSAGE(comparison.equal(), format_comparison(comparison));
  }
}

}  // namespace
}  // namespace conform

/// Every rule is seen to find a planted offence at its line, and to let the text beside it pass.
#include "tests/tree/rules.hpp"

#include <string>

#include <doctest/doctest.h>

namespace tidy {
namespace {

std::string repeated(std::size_t times, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

SourceFile core_file(const std::string& text) { return {"core/mm/folio.cpp", text}; }

SourceFile includes(const std::string& path, const std::string& name) {
  return {path, "#include " + name + "\n"};
}

void passes(const Complaints& complaints) {
  CHECK_MESSAGE(complaints.empty(), (complaints.empty() ? "" : complaints.front()));
}

void fails_with(const Complaints& complaints, const std::string& expected) {
  REQUIRE(complaints.size() == 1);
  CHECK(complaints.front() == expected);
}

}  // namespace

TEST_CASE("a file of 600 lines passes, one of 601 does not") {
  passes(file_length(core_file(repeated(600, "\n"))));
  fails_with(file_length(core_file(repeated(601, "\n"))),
             "core/mm/folio.cpp:601: 601 lines; split it: a file is one idea, at most 600");
}

TEST_CASE("a line of 100 columns passes, one of 101 does not, and a column is a character") {
  passes(line_length(core_file(repeated(100, "x") + "\n" + repeated(100, "\xc3\xa4"))));
  fails_with(line_length(core_file("\n" + repeated(101, "x"))),
             "core/mm/folio.cpp:2: 101 columns, at most 100: ./dev fmt");
}

TEST_CASE("a function of 70 lines passes, one of 71 does not") {
  const std::string head = "#include <x>\n\nint f(int a,\n      int b) {\n";
  passes(function_length(core_file(head + repeated(67, "  g();\n") + "}\n")));
  fails_with(function_length(core_file(head + repeated(68, "  g();\n") + "}\n")),
             "core/mm/folio.cpp:3: a function of 71 lines, at most 70");
}

TEST_CASE("a long member function is found inside a long class, which is none") {
  const std::string member = "  void f() {\n" + repeated(69, "    g();\n") + "  }\n";
  fails_with(function_length(core_file("struct Folio {\n" + member + "};\n")),
             "core/mm/folio.cpp:2: a function of 71 lines, at most 70");
  passes(function_length(core_file("namespace {\n" + repeated(90, "int a;\n") + "}\n")));
  passes(function_length(core_file("int t[] = {\n" + repeated(90, "    f(1),\n") + "};\n")));
}

TEST_CASE("a header without a comment or without its guard is found") {
  passes(header_opening({"sim/a.hpp", "/// A thing.\n#pragma once\n"}));
  fails_with(header_opening({"sim/a.hpp", "#pragma once\n"}),
             "sim/a.hpp:1: a header opens with a /// comment: what it is, and why");
  fails_with(header_opening({"sim/a.hpp", "/// A thing.\n"}),
             "sim/a.hpp:1: #pragma once is missing");
}

TEST_CASE("an include of a higher floor, a neighbour or the other filesystem is found") {
  passes(include_floors(includes("core/vfs/inode.cpp", "\"core/mm/folio.hpp\"")));
  passes(include_floors(includes("core/vfs/inode.cpp", "\"core/vfs/ops.hpp\"")));
  passes(include_floors(includes("tests/cli/a_test.cpp", "\"cli/show.hpp\"")));
  fails_with(include_floors(includes("sim/task.cpp", "\"core/mm/folio.hpp\"")),
             "sim/task.cpp:1: sim may not include core/mm: a floor includes lower floors only");
  fails_with(
      include_floors(includes("core/mm/a.cpp", "\"core/block/bio.hpp\"")),
      "core/mm/a.cpp:1: core/mm may not include core/block: a floor includes lower floors only");
  fails_with(include_floors(includes("core/ext4/a.cpp", "\"core/btrfs/inode.hpp\"")),
             "core/ext4/a.cpp:1: core/ext4 may not include core/btrfs: a floor includes lower "
             "floors only");
}

TEST_CASE("an include that is not rooted at the repository is found") {
  fails_with(
      include_floors(includes("sim/task.cpp", "\"task.hpp\"")),
      "sim/task.cpp:1: \"task.hpp\" is not rooted at the repository, as in \"sim/label.hpp\"");
}

TEST_CASE("a library in a folder that may not use it, or in a header, is found") {
  passes(include_floors(includes("cli/main.cpp", "<CLI/CLI.hpp>")));
  passes(include_floors(includes("sim/fiber.cpp", "<boost/context/detail/fcontext.hpp>")));
  passes(include_floors(includes("cli/show.hpp", "<nlohmann/json_fwd.hpp>")));
  fails_with(include_floors(includes("core/mm/a.cpp", "<CLI/CLI.hpp>")),
             "core/mm/a.cpp:1: <CLI/CLI.hpp> belongs to: cli bench");
  fails_with(include_floors(includes("sim/task.cpp", "<boost/context/fiber.hpp>")),
             "sim/task.cpp:1: <boost/context/fiber.hpp> belongs to: sim/fiber.cpp "
             "sim/fiber_switch.hpp bench");
  fails_with(include_floors(includes("cli/show.hpp", "<nlohmann/json.hpp>")),
             "cli/show.hpp:1: <nlohmann/json.hpp> in a header: keep it in few .cpp files");
}

TEST_CASE("a banned name is found in code, not in comments, literals or longer names") {
  fails_with(banned_names(core_file("int a;\nstd::unordered_map<int, int> m;\n")),
             "core/mm/folio.cpp:2: unordered_map is banned here: use std::map, a sorted vector or "
             "insertion order");
  fails_with(
      banned_names(core_file("auto t = std::chrono::steady_clock::now();\n")),
      "core/mm/folio.cpp:1: std::chrono is banned here: count steps; clocks belong to cli/ and "
      "bench/");
  fails_with(banned_names(core_file("try { f(); } catch (...) { }\n")),
             "core/mm/folio.cpp:1: catch (...) is banned here: catch what is thrown, by its type");
  passes(banned_names(core_file("// std::chrono\n/* getenv */ auto s = \"getenv\";\n")));
  passes(banned_names(
      core_file("auto s = R\"(std::cout \" getenv)\"; int my_getenv_count = 1'000;\n")));
  passes(banned_names({"cli/main.cpp", "std::cout << getenv(\"TERM\");\n"}));
}

TEST_CASE("an order by address is found") {
  fails_with(banned_names(core_file("std::set<const folio*> dirty;\n")),
             "core/mm/folio.cpp:1: ordered by address: key by id or path");
  passes(banned_names(core_file("std::map<int, folio*> pages;\n")));
}

TEST_CASE("a throw is found in models, not where scenario files are read") {
  fails_with(
      banned_names(core_file("throw 1;\n")),
      "core/mm/folio.cpp:1: throw is banned here: return a negative errno, report a finding, or "
      "FSW_ASSERT");
  passes(banned_names({"core/scenario/json_reader.cpp", "throw InputError();\n"}));
}

TEST_CASE("work left as a remark is found") {
  const std::string word = std::string("TO") + "DO";
  fails_with(postponed_work({"dev", "a\n# " + word + ": later\n"}),
             "dev:2: " + word + ": do it, or open an issue");
  passes(postponed_work({"dev", "mas" + word + "r\n"}));
}

TEST_CASE("the name of a machine is found, not a folder of the same name") {
  const std::string folder = std::string("/wo") + "rk/";
  fails_with(machine_names({"dev", "cd " + folder + "main\n"}),
             "dev:1: " + folder + " is true on one machine only");
  passes(machine_names({"dev", "cd sim" + folder + "main\n"}));
}

TEST_CASE("a stray file at the top is found") {
  passes(top_level({{"sim/a.cpp", ""}, {"README.md", ""}}));
  fails_with(top_level({{"notes.txt", ""}}), "notes.txt: does not belong to the top level");
}

TEST_CASE("a source that nothing builds is found") {
  const SourceFile build{"sim/meson.build", "files('sync/mutex.cpp', 'a.hpp')"};
  passes(
      listed_sources({build, {"sim/sync/mutex.cpp", ""}, {"sim/a.hpp", ""}, {"core/a.hpp", ""}}));
  fails_with(listed_sources({build, {"sim/mutex.cpp", ""}}),
             "sim/mutex.cpp:1: no meson.build lists this file");
  fails_with(listed_sources({build, {"sim/b.hpp", ""}}),
             "sim/b.hpp:1: no meson.build lists this file");
}

TEST_CASE("an include of a file that is gone is found, a generated one passes") {
  passes(existing_includes({{"sim/a.cpp", "#include \"sim/a.hpp\"\n"}, {"sim/a.hpp.in", ""}}));
  fails_with(existing_includes({{"sim/a.cpp", "#include \"sim/gone.hpp\"\n"}}),
             "sim/a.cpp:1: no file \"sim/gone.hpp\" in the tree");
}

TEST_CASE("a header that nobody includes is found") {
  passes(used_headers({{"sim/a.hpp", ""}, {"sim/a.cpp", "#include \"sim/a.hpp\"\n"}}));
  fails_with(used_headers({{"sim/a.hpp", ""}}), "sim/a.hpp:1: nobody includes this header");
}

TEST_CASE("a path that the documentation names in vain is found") {
  const SourceFile source{"sim/fiber.cpp", ""};
  passes(documented_paths({source, {"README.md", "See `sim/fiber.cpp`, sim/ and sim/*.hpp.\n"}}));
  passes(
      documented_paths({source, {"README.md", "Linux has fs/btrfs/inode.c and kernel-core/a.\n"}}));
  fails_with(documented_paths({source, {"docs/A.md", "\nSee sim/fibre.cpp.\n"}}),
             "docs/A.md:2: sim/fibre.cpp does not exist");
  passes(documented_paths({source, {"docs/A.md", "[a](../sim/fiber.cpp) [b](A.md#c)\n"}}));
  fails_with(documented_paths({source, {"docs/A.md", "[a](B.md)\n"}}),
             "docs/A.md:1: the link to B.md is dead");
}

}  // namespace tidy

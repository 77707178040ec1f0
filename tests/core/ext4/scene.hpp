/// A scenario on ext4 in short, for tests that make many.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/scenario/world.hpp"

namespace testing::ext4 {

using Commands = std::vector<std::string>;

struct Scene {
  Commands setup;
  std::vector<std::pair<std::string, Commands>> tasks;
  std::string fs;      ///< further members of the "fs" block, each behind a comma
  std::string kernel;  ///< further members of the case, likewise
  Commands teardown{"foo: fsync", "umount"};
};

inline std::string list_of(const Commands& commands) {
  std::string list;
  for (const std::string& command : commands)
    list += (list.empty() ? "\"" : ", \"") + command + "\"";
  return "[" + list + "]";
}

inline std::string text_of(const Scene& scene) {
  std::string tasks;
  for (const auto& [name, commands] : scene.tasks)
    tasks += (tasks.empty() ? "\"" : ", \"") + name + "\": " + list_of(commands);
  return R"({"fsweave": 1, "source": "test", "fs": {"type": "ext4", "size": "1m")" + scene.fs +
         R"(}, "setup": )" + list_of(scene.setup) + R"(, "tasks": {)" + tasks +
         R"(}, "teardown": )" + list_of(scene.teardown) + R"(, "cases": [{"name": "case")" +
         scene.kernel + R"(, "search": "exhaustive", "expect": "never"}]})";
}

}  // namespace testing::ext4

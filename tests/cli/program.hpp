/// The built fsweave as a user runs it.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/directory.hpp"

namespace program {

struct Result {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs `fsweave ARGUMENTS` through the shell. `around` stands in front ("NO_COLOR=1 "), and
/// `behind` may redirect.
Result fsweave(const std::string& arguments, const std::string& around = {},
               const std::string& behind = {});

using testing::Directory;

std::string read(const std::string& path);

bool contains(const std::string& text, std::string_view part);

/// How long the longest line is.
std::size_t width(const std::string& text);

/// The last line, without its end.
std::string last_line(const std::string& text);

/// One page, written back, and released by memory reclaim while its ordered extent is not
/// complete: a leak of 4096 bytes on btrfs-5.9, none today.
inline constexpr std::string_view kLeak = R"({ "fsweave": 1,
  "fs": { "type": "btrfs" },
  "setup": ["open -f foo", "pwrite 0 4k"],
  "tasks": { "flusher": ["writeback foo 0 4k"],
             "shrinker": ["reclaim foo 0 4k", "reclaim foo 0 4k", "reclaim foo 0 4k"] },
  "teardown": ["fsync", "umount"],
  "window": "shrinker: shrink_folio_list:folio_locked .. shrink_folio_list:folio_unlocked",
  "cases": [
    { "name": "documented", "era": "btrfs-5.9",
      "schedule": [ { "run": "flusher", "until": "exit" },
                    { "run": "bio", "until": "exit" },
                    { "run": "shrinker", "until": "exit" } ],
      "expect": { "finding": "qgroup-data-reservation" } },
    { "name": "unfixed", "era": "btrfs-5.9", "search": "exhaustive",
      "expect": { "sometimes": "qgroup-data-reservation" } },
    { "name": "sampled", "era": "btrfs-5.9",
      "search": { "strategy": "random", "seed": 1, "runs": 1000 },
      "expect": { "finding": "qgroup-data-reservation" } },
    { "name": "today", "search": "exhaustive", "expect": "never" } ] }
)";

}  // namespace program

/// The register of planted mistakes: what each breaks, on which scenario it is looked for, and what
/// has to notice it.
#pragma once

#include <span>

#include "core/kernel/mutant.hpp"

namespace mutants {

/// A scenario in short: commands separated by ';', tasks as "name = commands" separated by '|'.
/// Teardown is an fsync of foo and an unmount, unless the filesystem stays mounted to the end.
struct Scene {
  const char* name;
  const char* setup;
  const char* tasks;
  const char* fs = "";      ///< further members of the "fs" block
  const char* kernel = "";  ///< further members of the case: era, fixes; today where empty
  const char* filesystem = "btrfs";
  bool unmounts = true;
};

enum class Search : unsigned char { random, exhaustive };

/// How a mistake is noticed.
enum class Notice : unsigned char {
  shows,  ///< a finding that the unchanged core never has there
  hides,  ///< a finding of the unchanged core is gone: a verdict changes
  skips,  ///< a state that the unchanged core reaches is not reached any more
};

struct Row {
  kernel::Mutant mutant;
  const char* name;
  const char* breaks;
  const Scene* scene;
  Notice notice;
  const char* what;  ///< beginning of the finding ("kind: name"), or the label
  Search search = Search::exhaustive;
};

/// In the order of the enumerators, one row for each.
std::span<const Row> rows();
/// Those that are looked for on ext4: the end of `rows`.
std::span<const Row> ext4_rows();

}  // namespace mutants

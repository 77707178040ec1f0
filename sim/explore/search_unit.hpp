/// A part of an exhaustive search that anybody can run: everything that begins with a prefix and is
/// not covered by what sleeps there. The units of a search have no class in common, and leave none
/// out.
///
/// A unit means the same in every process that runs the same model: objects born in the run are
/// named by their creator and their count there.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/explore/events.hpp"

namespace sim {

struct SearchUnit {
  struct Step {
    TaskId task = kNoTask;
    std::vector<Chosen> choices;

    friend bool operator==(const Step&, const Step&) = default;
  };

  struct SharedTouch {
    Touch touch;
    bool born_in_run = false;  ///< then the object is named by what follows, not in `touch`
    TaskPath creator = 0;
    std::uint32_t number = 0;  ///< among the objects of its creator

    friend bool operator==(const SharedTouch&, const SharedTouch&) = default;
  };

  /// A step that was explored from the end of the prefix (sim/explore/sleep_sets.hpp).
  struct Sleeper {
    TaskId task = kNoTask;
    TaskPath path = 0;
    bool awake = false;
    std::vector<SharedTouch> touches;
    std::vector<Chosen> choices;

    friend bool operator==(const Sleeper&, const Sleeper&) = default;
  };

  std::vector<Chosen> at_start;  ///< before the first step; what is asked beyond them is free
  std::vector<Step> prefix;
  std::vector<Sleeper> asleep;

  friend bool operator==(const SearchUnit&, const SearchUnit&) = default;
};

}  // namespace sim

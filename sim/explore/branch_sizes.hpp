/// How many traces were found below the branches of a tree, by those who went down it at random: to
/// draw large branches more often.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace sim {

class BranchSizes {
 public:
  /// A branch that was taken at a point. `point`: points with the same number are taken for alike.
  struct Taken {
    std::uint64_t point = 0;
    std::uint32_t branch = 0;
    std::uint32_t branches = 1;
    double share = 1;  ///< how likely it was to be taken
  };

  /// `below`: traces found below the branch, as the descent reckons.
  void add(const Taken& taken, double below);

  /// `shares`: how the branches of a point would be drawn if nothing was known of it; they sum up
  /// to 1. Afterwards so does what they are drawn by, and none is left with less than a part of
  /// what it had.
  void apply(std::uint64_t point, std::span<double> shares) const;

 private:
  struct Found {
    double sum = 0;
    std::uint32_t times = 0;
  };
  struct Point {
    Found all;
    std::vector<Found> below;  ///< branch ->
  };

  std::map<std::uint64_t, Point> points_;
};

}  // namespace sim

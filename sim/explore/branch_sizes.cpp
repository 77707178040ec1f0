#include "sim/explore/branch_sizes.hpp"

#include <cmath>

namespace sim {
namespace {

/// Points that are remembered.
constexpr std::size_t kMostPoints = std::size_t{1} << 16;
/// As many visits have to speak against what is taken for likely before.
constexpr double kPrior = 4;
/// What is found at first may be far off: so much of a share remains whatever is found.
constexpr double kKept = 0.2;

}  // namespace

void BranchSizes::add(const Taken& taken, double below) {
  if (!std::isfinite(below)) return;
  if (points_.size() >= kMostPoints && !points_.contains(taken.point)) return;
  Point& point = points_[taken.point];
  point.below.resize(taken.branches);
  Found& found = point.below[taken.branch];
  found.sum += below;
  ++found.times;
  point.all.sum += below / taken.share;
  ++point.all.times;
}

void BranchSizes::apply(std::uint64_t point, std::span<double> shares) const {
  const auto at = points_.find(point);
  if (at == points_.end() || at->second.below.size() != shares.size()) return;
  const Found& all = at->second.all;
  if (all.sum == 0) return;
  double sum = 0;
  std::vector<double> sizes;
  for (std::size_t branch = 0; branch < shares.size(); ++branch) {
    const Found& found = at->second.below[branch];
    const double expected = shares[branch] * all.sum / all.times;
    sizes.push_back((found.sum + kPrior * expected) / (found.times + kPrior));
    sum += sizes.back();
  }
  for (std::size_t branch = 0; branch < shares.size(); ++branch)
    shares[branch] = (1 - kKept) * sizes[branch] / sum + kKept * shares[branch];
}

}  // namespace sim

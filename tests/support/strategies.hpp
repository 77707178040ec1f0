/// The random strategies by name, so that one test can go through all of them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/strategies/bounded_walk.hpp"
#include "sim/strategies/pct.hpp"
#include "sim/strategies/portfolio.hpp"
#include "sim/strategies/pos.hpp"
#include "sim/strategies/profile.hpp"
#include "sim/strategies/random_walk.hpp"
#include "sim/strategies/surw.hpp"
#include "sim/strategies/urw.hpp"

namespace testing {

using MakeSearch =
    std::function<std::unique_ptr<sim::Search>(const sim::SampleRange&, const sim::Profile&)>;

struct NamedStrategy {
  std::string name;
  MakeSearch make;
};

inline const std::vector<NamedStrategy>& random_strategies() {
  using sim::Profile;
  using sim::SampleRange;
  static const std::vector<NamedStrategy> all{
      {"random", [](const SampleRange& range,
                    const Profile&) { return std::make_unique<sim::RandomWalk>(range); }},
      {"pct",
       [](const SampleRange& range, const Profile& profile) {
         return std::make_unique<sim::Pct>(range, sim::Pct::Depths{}, profile.steps);
       }},
      {"pos",
       [](const SampleRange& range, const Profile&) { return std::make_unique<sim::Pos>(range); }},
      {"urw", [](const SampleRange& range,
                 const Profile& profile) { return std::make_unique<sim::Urw>(range, profile); }},
      {"surw", [](const SampleRange& range,
                  const Profile& profile) { return std::make_unique<sim::Surw>(range, profile); }},
      {"bounded walk",
       [](const SampleRange& range, const Profile& profile) {
         return std::make_unique<sim::BoundedWalk>(range, 2, profile.steps);
       }},
      {"portfolio",
       [](const SampleRange& range, const Profile& profile) {
         return std::make_unique<sim::Portfolio>(range, profile.steps);
       }},
  };
  return all;
}

}  // namespace testing
